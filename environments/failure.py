"""The one error that the commands show without a traceback."""


class EnvironmentsError(Exception):
    """Says in one paragraph what is wrong and what to do next."""
