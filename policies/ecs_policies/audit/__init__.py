"""The audit: the rules over the state of a stack that stands."""
