"""The launch form: its values, its fields and their words, what a launch costs, drafts and uploads.

Not here: what a spec may hold (`core.spec`), and which page draws all this (`views/launch.py`).
Pages call `beginning`, `mode`, `drawing`, `fields`, `problems` and `cost`; the others serve those.
"""
