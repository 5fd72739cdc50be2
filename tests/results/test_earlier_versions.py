"""Results that an earlier version wrote are read as this one would have written them."""

import pytest

from core.model.results import Results
from tests.reports import synthetic


@pytest.mark.parametrize("case", ["paper_like", "table_data", "many_attacks", "two_budgets"])
def test_what_the_first_version_did_not_write_follows_from_the_rest(case):
    """It named neither distances and their caps nor how far inputs can be apart."""
    now = synthetic.CASES[case]()
    then = now.as_json()
    for name in ("mutable_features", "extent", "stepped_features", "one_range"):
        del then["provenance"]["data"][name]
    for row in then["summary"]:
        del row["distance"], row["rho_cap"], row["robustness"]
    for part in ("closest", "within_budget", "curves", "matrices", "detection"):
        del then[part]
    assert Results.from_json(then) == now
