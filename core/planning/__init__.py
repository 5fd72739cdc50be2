"""From a spec to a plan: cells and their keys, what departs from the paper, how long it takes.

No Keras: data sets are known by their facts. Cells are computed in core.cells.
"""
