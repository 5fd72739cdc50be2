"""A run that has ended: findings, figures, numbers, samples, networks, set-up, and its headline.

Not here: any sentence, table or figure itself; those are made in `reports.prose` and
`reports.sections`. Pages call one function a section; `shown` puts a figure or a table on any page.
"""
