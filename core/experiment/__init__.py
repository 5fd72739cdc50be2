"""From a spec to cells, from cells to results."""
