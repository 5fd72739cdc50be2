"""The plain types that travel through the house: data facts, identities, cells, results.

They stand on the lowest floor, hold values and name them; nothing is computed, read or written here
but results.json, whose only reader and writer is `results`.
"""
