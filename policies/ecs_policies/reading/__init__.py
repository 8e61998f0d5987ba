"""Readers: what a program wrote, whatever shape it has, as something that a rule can ask questions of."""
