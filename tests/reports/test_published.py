"""The report in docs/ follows from the results beside it, byte for byte."""

import zlib
from pathlib import Path

import pytest

from core.errors import UserError
from reports.files import published, source, verification

ROOT = Path(__file__).parents[2]
RENDERED_WITH = "1.2.13"


@pytest.mark.skipif(
    zlib.ZLIB_RUNTIME_VERSION != RENDERED_WITH,
    reason=f"the report in docs was rendered with zlib {RENDERED_WITH}; this is"
    f" {zlib.ZLIB_RUNTIME_VERSION}, which packs pictures into other bytes",
)
def test_the_report_in_docs_is_what_its_results_give():
    results = source.read(published.FOLDER / published.RESULTS)
    for name, content in published.made(results).items():
        there = (published.FOLDER / name).read_bytes()
        assert there == content, f"{name} is not what this version renders: make reports"


def test_the_report_in_docs_is_consistent_with_itself(tmp_path):
    for name in (published.RESULTS, published.PAGE):
        answer, reason = verification.verify(published.FOLDER / name, home=tmp_path)
        assert answer == verification.CONSISTENT, reason


def test_docs_stay_within_12_mb():
    assert sum(p.stat().st_size for p in (ROOT / "docs").rglob("*") if p.is_file()) < 12_000_000


def test_one_run_at_a_time():
    with pytest.raises(UserError, match="one run"):
        published.main(["a", "b"])
