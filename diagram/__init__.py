"""Draws what a Pulumi program registers for a stack: `python -m diagram`, or `make diagram STACK=dev`.

The gate's recorder runs the program, so no engine, credentials or network are needed, and any Python program
can be drawn (`--program DIR`). From there it goes in four steps:

- `cards` makes a card of each resource that stands for itself, with rows that tell of the others (`traffic`,
  `running`, `network`, `beside`, each with the kinds of its part);
- `composition` puts the cards into one picture, by which resource names which;
- `source` writes the picture as text of D2;
- `drawing` has D2 draw it.

No resource is left out: one of a kind that nothing here knows is named on the card of what it refers to, or
has a card of its own.
"""
