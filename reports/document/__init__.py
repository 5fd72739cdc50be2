"""A page that is one file: frame, policy, templates, the record of reviews.

What it says comes from reports.sections; where it is written, from reports.files.
"""
