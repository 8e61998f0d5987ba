"""The program: a stack's settings become the web application that architecture.py shows."""

import pulumi

from application import SERVICE, application
from architecture import register
from components.containers.model import InvalidTaskError
from components.context import Context
from components.errors import InvalidSettingError
from components.name_tags import tag_with_names
from settings import Settings
from settings.errors import unfit
from standing import Standing


def main() -> None:
    """Register the stack; raises what `__main__` turns into one message."""
    settings = Settings.load()
    context = Context.current(
        pulumi.get_project(), pulumi.get_stack(), permissions_boundary=settings.permissions_boundary
    )
    standing = Standing.look_up(SERVICE, settings, context)
    # All that can be refused is refused here.
    app = application(SERVICE, settings, context, standing)

    tag_with_names(context)
    register(SERVICE, settings, app, context, standing).export()


try:
    main()
except (InvalidSettingError, InvalidTaskError) as error:
    raise unfit(str(error).splitlines()) from None
except Exception as error:
    # The SDK tells a failed look-up (no credentials, no permission) as a bare Exception that begins so.
    if str(error).startswith("invoke of "):
        raise pulumi.RunError(str(error)) from None
    raise
