"""How many threads to start."""

from joblib import effective_n_jobs
from threadpoolctl import threadpool_info


def n_threads(n_jobs):
    """Number of threads for `n_jobs`, which may be None or negative.

    At most what threadpoolctl reports as the limit of OpenMP: that of ``OMP_NUM_THREADS``, of a surrounding
    ``threadpool_limits``, and in a joblib worker that of the worker's share of the processors. So a fit in a grid
    search on all processors does not start threads on top of it.

    Parameters
    ----------
    n_jobs : int or None
        As `joblib.effective_n_jobs` takes it.

    Returns
    -------
    int
        At least 1.
    """
    limits = (pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp")
    return min([effective_n_jobs(n_jobs), *limits])
