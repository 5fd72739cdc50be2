"""The finding: the one figure that stands first, because it shows best what the run is about."""

from __future__ import annotations

from reports.sections import comparison, defences, robustness
from reports.sections.section import Section

SECTION = Section(
    "finding",
    "The finding",
    leads=(robustness.SECTION, defences.SECTION, comparison.SECTION),
    style="hero",
)
