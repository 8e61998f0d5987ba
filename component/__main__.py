"""The component package, as the engine starts it."""

import sys
from pathlib import Path

# The components, the settings and the outputs stand one folder up.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pulumi.provider import main

from component.host import Host

if __name__ == "__main__":
    main(Host(), sys.argv[1:])
