"""Files of results and reports: open, export, verify, publish.

No sentence about results is written here.
"""
