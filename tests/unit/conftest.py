"""What all unit tests share."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    # pulumi_aws warns about its own former classes at the import of a module, whether or not they are used.
    config.addinivalue_line(
        "filterwarnings", r"ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws"
    )
