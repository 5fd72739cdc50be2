"""What the pages are made of: a folder for each part of a page, and what all of them share.

Shared are `common` (ledger, results, look), `catalogue` (which attacks and defences there are),
`planned` (what the ledger keeps as JSON, typed), `worker` and `actions`; no sentence of a report.
"""
