"""Running what is queued: the worker, its slots, and the child of each that computes cells.

Only the child imports Keras; one function starts it, which is where another engine plugs in.
"""
