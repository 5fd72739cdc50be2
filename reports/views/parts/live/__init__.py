"""A run that goes on: how far it is, what is computed now, its steps, their errors and logs.

Not here: the report of what has finished (`parts/report`), and how long is left (`core.planning`).
Pages call `progress` while a run is active; `steps` also shows what a stopped run lacks.
"""
