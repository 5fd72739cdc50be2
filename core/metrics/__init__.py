"""Distances, robustness and intervals: pure functions over arrays."""
