"""The local stack: the program on the real engine and the embedded AWS, in one folder of the clone.

`python -m emulator.local VERB` serves make's targets; `LocalStack` serves the tests.
"""
