"""``python -m sklw2v`` is the command ``sklw2v``."""

import sys

from sklw2v.cli import main

if __name__ == "__main__":
    sys.exit(main())
