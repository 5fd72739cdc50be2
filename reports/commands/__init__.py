"""Commands of `python -m reports` beside `render` and `verify`: compare, comment, sign, publish.

They print and write files; what stands in those is made in reports.document and reports.compare.
"""
