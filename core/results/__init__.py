"""What a run found: the typed results, their summary, evidence, gallery, and files.

The only room that knows how results.json looks. What they mean stands in core.judgement.
"""
