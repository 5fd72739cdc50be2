"""Defences: one file each, what it changes in training and how its results call it.

No training loop (core.networks) and no cells (core.planning, core.cells).
"""
