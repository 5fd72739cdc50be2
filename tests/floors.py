"""The floors of the house: what stands above what, and what may still be larger than the rules.

A module may import those of its own floor and of all floors below, never of one above. A name is
a room (the modules of one folder, not of the folders in it) or, first of all, a single module.
"""

FLOORS = (
    ("core.errors",),
    (
        *("core.canonical", "core.settings", "core.environment", "core.wording", "core.imports"),
        "core.registry",
    ),
    ("core.seal", "core.reviews.entries", "core.reviews.schema"),
    ("core.model", "core.metrics.intervals"),
    ("core.metrics", "core.reviews"),
    ("core.networks.gradients", "core.networks.numerics"),
    ("core.data",),
    ("core.data.files",),
    ("core.networks",),
    ("core.inspection",),
    ("core.attacks.engine",),
    ("core.attacks", "core.attacks.jsma", "core.defenses"),
    ("core.criteria",),
    ("core.spec",),
    ("core.evaluation",),
    ("core.store",),
    ("core.judgement.diagnostics",),
    ("core.judgement",),
    ("core.results",),
    ("core.planning",),
    ("core.planting",),
    ("core.cells",),
    ("core.execution",),
    ("core.cli", "core"),
    ("core.__main__",),
    ("reports.prose",),
    ("reports.plots",),
    ("reports.sections",),
    ("reports.document",),
    ("reports.compare",),
    ("reports.files",),
    ("reports.views.parts",),
    ("reports.views.parts.report",),
    ("reports.views.parts.form", "reports.views.parts.live", "reports.views.parts.review"),
    ("reports.views", "reports.commands"),
    ("reports.__main__", "reports", "app"),
)
"""Names of rooms and modules, the lowest floor first."""

RUNNING_BACK: frozenset[str] = frozenset()
"""Imports that still run back."""

DICT_PARAMETERS = 37
"""Parameters that are still annotated `dict`; 40 in the end, each at an edge."""

CROWDED: frozenset[str] = frozenset()
"""Functions that still take more than 8 parameters."""

LONG: frozenset[str] = frozenset()
"""Modules that are still longer than 300 lines."""
