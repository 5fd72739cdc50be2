"""A mistake is one line that says what is wrong and what to do."""

import pytest

from tests.cli.commands import core, told_in_one_line


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["run"], 2, "give either --preset"),
        (["run", "--preset", "nope"], 2, "there are: "),
        (["run", "--preset", "digits", "--set", "samples=400"], 2, "360 test inputs"),
        (["run", "--preset", "digits", "--set", "defenses[0].name=magic"], 2, "magic"),
        (
            ["run", "--preset", "digits", "--set", "defenses=[{name: soft-labels, rest: 0.5}]"],
            2,
            "no distribution",
        ),
        (["run", "--preset", "quick", "--data", "absent.npz"], 2, "there is no such file"),
        (["run", "--spec", "absent.yaml"], 2, "cannot be read as a spec"),
        (["evaluate", "absent.keras"], 2, "--data FILE.npz"),
        (["check", "README.md"], 2, "can be checked"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(tmp_path, arguments, code, expected):
    told_in_one_line(core(tmp_path, *arguments, check=False), code, expected)
