"""The sections of a report, one file each, named as its anchor; `sections` is their one list.

Values in, blocks, figures, sentences and tables out: pages are put together in reports.document.
"""
