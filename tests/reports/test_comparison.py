"""The page that compares runs: sentences, tables, seal, and the command that makes it."""

import re

import numpy as np
import pandas as pd
import pytest

from core.errors import UserError
from core.model.results import Results
from reports import __main__ as command
from reports.compare import comparison, overlay, paired, setup, side_by_side
from reports.files import source, verification
from tests.reports import changing, synthetic
from tests.reports.cases import CASES
from tests.reports.changing import changed, first
from tests.reports.test_document import block, without_scripts

SAMPLES = 40


def rows(moved: int) -> pd.DataFrame:
    """One network under jsma-f: the first `moved` samples fall, with 10 features changed."""
    sample = np.arange(SAMPLES)
    success = sample < moved
    return pd.DataFrame(
        {
            "dataset": "mnist5k",
            "defense": "distillation",
            "defense_params": "{}",
            "temperature": 20.0,
            "attack": "jsma-f",
            "attack_params": '{"budget":112,"theta":1}',
            "budget": 112.0,
            "seed": 0,
            "sample": sample,
            "label": 1,
            "target": 0,
            "predicted_clean": 1,
            "success": success,
            "status": np.where(success, "success", "cap"),
            "l0": np.where(success, 10, 112),
            "iterations": 5,
        }
    )


def two() -> list[Results]:
    """A run, and a later one that failed less of its networks and used other seeds."""
    made = CASES["everything"]()
    later = changed(
        changing.spec(made, seeds=[0, 1]),
        run="r-later",
        name="later",
        verdicts=first(made.verdicts, verdict="INCONCLUSIVE"),
        summary=[changed(row, success_rate=row.success_rate / 2) for row in made.summary],
    )
    return [made, later]


def made(moved: int = 4) -> tuple[list[Results], list[list[paired.Paired]], str]:
    runs = two()
    found = [paired.differences((runs[0], rows(36)), (runs[1], rows(moved)))]
    return runs, found, comparison.render(runs, found)


def test_a_difference_is_paired_by_sample_second_minus_first():
    runs = two()
    found = paired.differences((runs[0], rows(36)), (runs[1], rows(4)))
    rate = next(item for item in found if item.metric == "success_rate")
    assert rate.difference == pytest.approx(-32 / SAMPLES)
    assert rate.detected
    assert rate.n == SAMPLES
    rho = next(item for item in found if item.metric == "rho")
    assert rho.difference == pytest.approx(32 * (112 - 10) / 784 / SAMPLES)
    # Four samples of the first run may lie anywhere beyond the budget.
    assert rho.bounded
    assert not rho.detected
    assert rho.low < 0 < rho.high


def test_networks_that_differ_by_their_seed_alone_are_said_and_nothing_is_called_a_difference():
    runs = two()
    again = rows(4).assign(seed=7)
    found = paired.differences((runs[0], rows(36)), (runs[1], again))
    rate = next(item for item in found if item.metric == "success_rate")
    assert rate.difference == pytest.approx(-32 / SAMPLES)
    assert rate.high < 0
    assert rate.other_seeds
    assert not any(item.detected for item in found)
    assert "may be the luck of training" in side_by_side.headline(runs, [found])
    assert "nothing is called a difference" in side_by_side.evidence(runs, [found])
    (table,) = side_by_side.differences(runs, [found])
    assert {row[-1] for row in table.rows} == {"other seeds"}


def test_other_samples_or_other_data_give_no_difference():
    runs = two()
    shifted = rows(4).assign(sample=lambda frame: frame["sample"] + SAMPLES)
    assert paired.differences((runs[0], rows(36)), (runs[1], shifted)) == []
    other = (runs[0], rows(36)), (changing.data(runs[1], checksum="other"), rows(4))
    assert paired.differences(*other) == []


def test_runs_of_other_sizes_are_paired_on_the_samples_they_share():
    runs = two()
    fewer = rows(4)[lambda frame: frame["sample"] < 20]
    found = paired.differences((runs[0], rows(36)), (runs[1], fewer))
    assert {item.n for item in found} == {20}
    rate = next(item for item in found if item.metric == "success_rate")
    assert rate.difference == pytest.approx(-16 / 20)
    assert paired.differences((runs[0], rows(36)), (runs[1], fewer.head(9))) == []


def test_the_headline_counts_what_was_detected_and_which_verdicts_changed():
    runs, found, _ = made()
    said = side_by_side.headline(runs, found)
    assert "differ in 1 of 2 numbers measured on the same samples" in said
    assert "1 verdict changed" in said
    same = [paired.differences((runs[0], rows(4)), (runs[1], rows(4)))]
    assert side_by_side.headline(runs, same).startswith("No difference detected between")
    assert "no attack on the same samples" in side_by_side.headline(runs, [[]])


def test_changed_verdicts_are_in_bold_and_criteria_that_differ_are_named():
    runs, found, page = made()
    table = side_by_side.verdicts(runs)
    bold = [table.rows[i] for i in table.strong]
    assert len(bold) == 1
    assert bold[0][1] != bold[0][2]
    assert "did not ask the same" not in page
    asked = [{**one, "at_least": 0.9} for one in runs[1].spec["criteria"]]
    others = [runs[0], changing.spec(runs[1], criteria=asked)]
    assert "did not ask the same" in comparison.render(others, found)


def test_the_set_up_names_what_differs_and_nothing_else():
    table = side_by_side.setup(two())
    assert [row[0] for row in table.rows] == ["seeds"]
    assert side_by_side.setup([two()[0], two()[0]]) is None


def test_the_order_of_attacks_does_not_count_and_one_that_is_missing_is_one_row():
    first = {"attacks": [{"name": "fgsm", "eps": 0.1}, {"name": "pgd", "eps": 0.1, "steps": 9}]}
    second = {"attacks": [{"name": "fgsm", "eps": 0.2}]}
    swapped = {"attacks": first["attacks"][::-1]}
    assert setup.differing([first, swapped]) == []
    assert setup.differing([first, second]) == [
        ("attacks.fgsm.eps", ["0.1", "0.2"]),
        ("attacks.pgd", ["eps 0.1, steps 9", "–"]),
    ]
    twice = {"attacks": [*first["attacks"], {"name": "pgd", "eps": 0.3}]}
    assert setup.differing([first, twice]) == [("attacks.pgd #2", ["–", "eps 0.3"])]


def test_a_network_that_only_one_run_judged_is_no_changed_verdict():
    one, other = two()
    fewer = changed(other, verdicts=one.verdicts[1:])
    assert side_by_side.verdicts([one, fewer]).strong == frozenset()


def test_every_figure_has_a_takeaway_and_numbers_and_runs_differ_without_colour():
    runs, _, page = made()
    figures = re.findall(r"<figure>.*?</figure>", without_scripts(page), re.S)
    assert len(figures) == len(block(page, "drawings")) == 2
    for figure in figures:
        assert re.search(r"<figcaption>.{10,}</figcaption>", figure, re.S)
        assert "<tbody>" in figure
    drawn = overlay.figure(runs, "success_rate")
    styles = {(trace.line.color, trace.line.dash, trace.marker.symbol) for trace in drawn.data}
    assert len(styles) == len({style[1] for style in styles}) == len({s[2] for s in styles}) == 2


def test_equal_runs_and_differences_give_equal_bytes_of_moderate_size():
    _, _, page = made()
    assert made()[2] == page
    assert len(page.encode("utf-8")) < 6_000_000


def test_hostile_strings_are_text():
    runs = [CASES["hostile"](), changed(CASES["hostile_everything"](), run="r-other")]
    page = comparison.render(runs, [[]])
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("count", [1, 6])
def test_two_to_five_runs_are_compared(count):
    with pytest.raises(UserError, match="two to 5 runs"):
        comparison.of_runs([(synthetic.paper_like(), None)] * count)


def test_a_run_is_not_compared_with_itself():
    with pytest.raises(UserError, match="same results"):
        comparison.of_runs([(synthetic.paper_like(), None)] * 2)


@pytest.fixture
def ledger(monkeypatch):
    """A ledger that holds both runs, with their single attacks."""
    runs = two()
    held = {runs[0].run: (runs[0], rows(36)), "r-later": (runs[1], rows(4))}
    monkeypatch.setattr(source.ledger_results, "load", lambda ref, home=None: held[ref])
    there = {ref: verification.Held(one, []) for ref, (one, _) in held.items()}
    monkeypatch.setattr(verification, "held", lambda run, home: there.get(run))
    return held


def test_the_command_writes_a_page_that_verify_knows(ledger, tmp_path, capsys):
    out = tmp_path / "compared.html"
    with pytest.raises(SystemExit) as ended:
        command.main(["compare", *ledger, "-o", str(out)])
    assert not ended.value.code
    assert out.with_name("compared.html.sha256").exists()
    answer, reason = verification.verify(out, home=tmp_path)
    assert answer == verification.MATCHES, reason
    assert "r-later" in reason
    raw = out.read_bytes()
    out.with_name("compared.html.sha256").unlink()
    out.write_bytes(raw.replace(b"Robustness against", b"robustness against", 1))
    assert verification.verify(out, home=tmp_path)[0] == verification.ALTERED


def test_a_changed_number_in_a_comparison_is_detected_even_with_a_new_last_line():
    _, _, page = made()
    text = re.search(r'id="comparison">(.*?)</script>', page, re.S).group(1)
    comparison.opened(text)
    for old, new in (('"difference":-0.8', '"difference":-0.7'), ('"seeds":[0]', '"seeds":[9]')):
        assert old in text
        with pytest.raises(ValueError, match="content_sha256"):
            comparison.opened(text.replace(old, new, 1))


def test_another_ending_is_refused(ledger, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(["compare", *ledger, "-o", str(tmp_path / "out.json")])
    assert ended.value.code == 2
    assert "must be .html" in capsys.readouterr().err
