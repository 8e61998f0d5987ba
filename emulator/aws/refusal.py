"""The error that patches raise where moto has no class for it."""

from moto.core.exceptions import ServiceException


class Refusal(ServiceException):
    """An error with AWS's code and message. moto looks up the status that the service's model gives the code.

    It is a class of its own because moto tells the service of its own exceptions from their module.
    """
