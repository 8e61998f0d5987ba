"""Where the state of an environment's stacks is kept.

`__main__.py` is the Pulumi program of the bucket and its key; `setup` is `make backend`, which runs it and
moves its own state into the bucket.
"""
