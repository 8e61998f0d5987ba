"""What holds for every test."""

import gc


def pytest_configure() -> None:
    """Python looks for garbage less often: with pulumi_aws and thousands of tests in memory, each look costs a
    fifth of the fast tests' time."""
    gc.set_threshold(100_000, 50, 50)
