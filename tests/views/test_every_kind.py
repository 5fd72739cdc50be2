"""Whatever the model allows a run to have found, the tabs that show it draw."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from reports.views.parts import common
from reports.views.run import SECTIONS
from tests.reports import family
from tests.views import filled
from tests.views.drawn import draw
from tests.views.test_odd_runs import complete

OF_THE_LEDGER = ("Samples", "Steps")
"""Sections that read the run's cells, not its results: runs that lack something are drawn there."""


@settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(found=family.results())
def test_every_tab_draws_whatever_a_run_found(ledger, found):
    if not ledger.count_runs():
        filled.submit(ledger, filled.experiment())
        filled.work(ledger)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common, "results", lambda run: found)
        page = draw("run", run=ledger.runs()[0].id)
        complete(page)
        for section in SECTIONS[1:]:
            if section not in OF_THE_LEDGER:
                page.segmented_control(key="section").set_value(section).run()
                complete(page)
