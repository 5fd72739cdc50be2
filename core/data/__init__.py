"""Data sets and files that strangers send: loading, validation, the limited child that opens them.

Nothing about networks but whether a file can be opened as one.
"""
