"""The one error that the command shows without a traceback."""


class BackendError(Exception):
    """Says in one paragraph what is wrong and what to do next."""
