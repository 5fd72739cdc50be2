"""What attacks share: slots and batches, gradient ascent, limits, queries, results.

No attack lives here.
"""
