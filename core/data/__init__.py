"""Data sets: loading, validation, the units of their features.

Nothing about networks; files that strangers send are opened by core.inspection.
"""
