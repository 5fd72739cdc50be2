"""Options that commands share mean the same in each of them."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from core.cli.cli import app
from core.cli.options import DataAs, Ending, attack_part, with_ending
from core.errors import UserError

QUEUES = ("run", "evaluate", "resume", "extend")
COMMANDS = typer.main.get_command(app).commands


@pytest.mark.parametrize("name", QUEUES)
def test_every_command_that_queues_steps_ends_in_the_same_options(name):
    said = [(one.name, one.opts, one.help, one.default) for one in COMMANDS[name].params[-4:]]
    assert [one[0] for one in said] == ["wait", "max_minutes", "fail_on", "out"]
    run = [(one.name, one.opts, one.help, one.default) for one in COMMANDS["run"].params[-4:]]
    assert said == run


def test_no_other_command_waits_for_a_run():
    waiting = {n for n, one in COMMANDS.items() if any(p.name == "wait" for p in one.params)}
    assert waiting == set(QUEUES)


def test_a_command_gets_its_own_options_and_how_it_ends():
    got = []
    made = typer.Typer()

    @made.command()
    @with_ending
    def queue(name: str, samples: int = 3, *, ending: Ending) -> None:
        got.append((name, samples, ending))

    given = ["digits", "--detach", "--max-minutes", "2", "--out", "there"]
    assert CliRunner().invoke(made, given).exit_code == 0
    assert got == [("digits", 3, Ending(wait=False, max_minutes=2.0, out=Path("there")))]


@pytest.mark.parametrize(
    ("fail_on", "refused"),
    [
        (None, ()),
        ("fail", ("FAIL",)),
        ("not-reliable", ("FAIL", "NOT RELIABLE")),
        ("INCONCLUSIVE", ("FAIL", "NOT RELIABLE", "INCONCLUSIVE")),
    ],
)
def test_fail_on_refuses_the_verdict_it_names_and_all_worse_ones(fail_on, refused):
    assert Ending(fail_on=fail_on).refused() == refused


def test_an_attack_is_a_name_and_settings_after_a_colon():
    found = attack_part("jsma-z:budget=40,theta=-1")
    assert (found["name"], found["budget"], found["theta"]) == ("jsma-z", 40, -1)
    with pytest.raises(UserError, match="--attack jsma-z:reach=1"):
        attack_part("jsma-z:reach=1")


def test_data_are_a_name_that_is_known_or_a_file():
    assert DataAs().part("digits") == {"name": "digits"}
    assert DataAs().part("digits.npz") == {"file": "digits.npz"}
    whole = {"file": "d.csv", "label": "sort", "unit": "cost"}
    assert DataAs("sort", "cost").part("d.csv") == whole
