"""The embedded AWS: moto on the loopback, with a patch layer for what moto lacks and an ECS that runs tasks.

`python -m emulator.aws --directory DIR [--port N]` serves it; DIR/aws.json says where.
"""
