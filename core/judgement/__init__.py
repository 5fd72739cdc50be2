"""What results mean: checks of the evaluation, and verdicts on defences.

Pure functions over rows and summaries; the words around them are the report's.
"""
