"""D2 draws a picture's text (D2 documentation: "CLI Manual", "Layouts", "ELK")."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

_SPACING: Final = (
    # Pixels: room for a frame's label at its top, and no more than that elsewhere.
    "--elk-padding=[top=36,left=16,bottom=16,right=16]",
    "--elk-nodeNodeBetweenLayers=40",
    "--elk-edgeNodeBetweenLayers=20",
)
_SECONDS: Final = 300.0


class DrawingError(Exception):
    """There is no D2, or it failed; the text says which, and the way out."""


def draw(source: Path, picture: Path) -> None:
    """Draw `source`, text of D2, as the SVG `picture`. Raises `DrawingError`."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    d2 = shutil.which("d2", path=path)
    if d2 is None:
        raise DrawingError(
            "d2, which draws the picture, is neither beside this Python nor on PATH: `make diagram` builds it"
        )
    command = [d2, *_SPACING, str(source), str(picture)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise DrawingError(f"d2 took more than {_SECONDS:g} seconds to draw {source}") from None
    if done.returncode:
        raise DrawingError(f"d2 can't draw {source}: {' '.join(done.stderr.split())}")
    # D2 makes a file that its owner alone may read, and a picture is there to be shown.
    picture.chmod(0o644)
