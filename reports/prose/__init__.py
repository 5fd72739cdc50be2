"""Sentences from results: numbers, names, headline, findings, paragraphs.

No markup and no figure; tables are strings ready to be escaped.
"""
