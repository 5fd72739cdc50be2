"""How cells are run: start a worker, hand cells to child processes, survive their deaths."""
