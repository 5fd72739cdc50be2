"""Numbers from arrays: robustness, curves, calibration, detection, intervals.

Pure functions, one formula each; which rows they are asked about is decided in core.evaluation.
"""
