"""Kinds of files that hold data sets: `.npz`, tables, folders of images, saved `datasets`.

Files of strangers: `core.inspection` opens them in a limited child, others never import this.
"""
