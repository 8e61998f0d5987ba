"""The one error that the driver shows without a traceback."""


class LocalStackError(Exception):
    """Says in one paragraph what is wrong and what to do next."""
