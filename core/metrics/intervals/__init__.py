"""Intervals at 95 % and what may be said from them: shares, means, gains, paired differences.

Pure functions over arrays; docs/statistics.md says in plain English why each, and how often each
covers. What an attack or a network is, is not known here.
"""
