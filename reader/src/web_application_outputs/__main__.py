"""`python -m web_application_outputs` prints where the JSON Schema is, for the gate's `--stack-reference`."""

from web_application_outputs import SCHEMA

print(SCHEMA)  # noqa: T201
