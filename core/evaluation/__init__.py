"""From attacked pairs to numbers: rows grouped once, summary, differences, evidence beside it.

Pure functions over the tidy table; nothing is read or judged here, and a single formula over arrays
stands in core.metrics.
"""
