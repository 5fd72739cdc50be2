"""The ledger and the files beside it: runs, cells, leases, artifacts, reviews.

The only room that knows SQL. What a cell computes and what rows mean is not known here.
"""
