"""Two or more runs beside each other, paired by sample.

Sections of one run live in reports.sections.
"""
