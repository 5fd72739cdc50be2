"""What people say of a run: comments, sign-offs, publication. Plain values; no database here."""
