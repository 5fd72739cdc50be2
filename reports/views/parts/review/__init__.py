"""Comments and sign-offs on one run: the record as it stands, and the forms that add to it.

Not here: what a record proves (`core.reviews`) and its words (`reports.document.record`).
The review page calls `record` to show and `forms` to ask.
"""
