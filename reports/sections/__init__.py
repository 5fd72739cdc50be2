"""The sections of a report: figure, sentence and table of each.

The order in which they stand is here too; pages are put together in reports.document.
"""
