"""A page that is one file: its values, templates that print them, the record of reviews.

What it says comes from reports.sections; where it is written, from reports.files.
"""
