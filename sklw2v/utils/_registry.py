"""Parameters that take a name or an object: what the names stand for."""

from sklearn.base import clone


class Registry:
    """The objects that a parameter may name, and the check of one that is given itself.

    Parameters
    ----------
    parameter : str
        Name of the parameter, as in messages.
    module : str
        Where the classes are, as in messages.
    makers : dict
        From each name to a function that makes the object, given the estimator whose parameter it is, or None.
    check : callable
        Called with a value that is no such name and with the names, as messages list them; raises a ValueError or
        TypeError if it is not what the parameter takes.
    """

    def __init__(self, parameter, module, makers, check):
        self.parameter = parameter
        self._module = module
        self._makers = makers
        self._check = check

    def resolve(self, value, estimator=None):
        """The object that a value stands for: a new one for a name, else a copy.

        Raises
        ------
        ValueError, TypeError
            If it is neither a name nor such an object.
        """
        if self.is_name(value):
            return self._makers[value](estimator)
        self._check(value, f"one of {', '.join(map(repr, self._makers))},")
        return clone(value, safe=False)

    @property
    def names(self):
        """The names, in order: a list."""
        return list(self._makers)

    def is_name(self, value):
        """Whether a value is one of the names."""
        return isinstance(value, str) and value in self._makers

    def check_nested(self, params, value):
        """Raise a ValueError for parameters like ``<parameter>__<name>`` where the value is a name, which has none."""
        nested = [name for name in params if name.startswith(f"{self.parameter}__")]
        if nested and isinstance(value, str):
            name = value if self.is_name(value) else next(iter(self._makers))
            raise ValueError(
                f"{nested[0]}: the {self.parameter} {value!r} is given by name and has no parameters to set. Expected "
                f"an instance: set {self.parameter}={self._module}.{self._makers[name](None)!r} first."
            )
