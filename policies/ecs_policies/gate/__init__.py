"""The headless gate: a program's registrations for each of its stacks, with no engine and no credentials."""
