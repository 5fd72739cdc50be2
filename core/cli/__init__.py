"""The command line, `python -m core`: commands, progress in the terminal, doctor.

Nothing is computed here, and Keras is never imported.
"""
