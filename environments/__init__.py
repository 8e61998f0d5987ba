"""The environments: what sets two of them apart, and how an image goes from one to the next.

Each module with a `main` is a command: `python -m environments.diff`, `python -m environments.promote`.
"""
