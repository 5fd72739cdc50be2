"""What an experiment is, in words that people write: the typed spec, YAML, presets, messages.

Pure description: nothing here computes, reads a data set or imports Keras.
"""
