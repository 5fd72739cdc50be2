"""Compute one cell in a child process: train a network, or attack one and examine it.

The room that imports Keras; what is to be computed was planned in core.planning.
"""
