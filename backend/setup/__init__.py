"""`make backend`: makes an environment's backend, and moves the state of the backend itself into it."""
