"""What people say of a run: comments, sign-offs, publication, as a chain that is only added to.

Pure functions over records; where they are kept is the store's.
"""
