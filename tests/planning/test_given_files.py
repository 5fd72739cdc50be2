"""What is said of networks in files before anything runs, and which attacks they allow."""

import pytest

from core.errors import UserError
from core.inspection import check
from core.model.planned import GivenFile
from core.model.reading import Reading
from core.planning import given_files, gradients
from core.planning.code import trusted_by
from core.spec import spec
from core.spec.asked import DEFAULT_ATTACKS
from tests.planning.planned import FULL, facts, planned

UNIT = {"scale": "unit", "at_low": 0.0, "at_high": 1.0}
STORED = {"scale": "stored", "at_low": 0.0, "at_high": 255.0}
SIGNED = {"scale": "signed", "at_low": -1.0, "at_high": 1.0}


class Artifacts:
    """Stores nothing and knows the name of everything."""

    def put_file(self, path, suffix):
        return f"{path.name}{suffix}".encode().hex().ljust(64, "0")

    def path(self, artifact):
        return artifact


class Ledger:
    artifacts = Artifacts()


def scale(*accuracies, taken="unit", **more):
    tried = [
        {**one, "accuracy": accuracy}
        for one, accuracy in zip((UNIT, STORED, SIGNED), accuracies, strict=False)
    ]
    found = {"tried": tried, "taken": taken, "inputs": 1_000, "what": "training inputs"}
    return {**found, "apart": True, "chance": 0.1, **more}


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Opens `mine.keras`, of which a child answers what the test says."""
    (tmp_path / "mine.keras").write_bytes(b"network")
    (tmp_path / "layers.py").write_text("")

    def opened(found, whole=False, data=None, trust=(), **reading):
        answer = {"notes": [], "whole_numbers": whole, "scale": found}
        asked = []
        monkeypatch.setattr(check, "network", lambda *_, **said: asked.append(said) or answer)
        path = str(tmp_path / "mine.keras")
        change = {"defenses": [{"name": "given", "file": path, **reading}]}
        experiment = spec.parse(FULL | change)
        trusted = trusted_by([str(tmp_path / name) for name in trust], experiment)
        said = []
        files = given_files.of(experiment, facts(**(data or {})), Ledger(), said.append, trusted)
        (file,) = files.values()
        assert said == [f"opening {path}", *file.notes]
        assert asked[0]["attacked"] == FULL["samples"]
        assert list(files) == [experiment.defenses[0].given.key]
        return file

    return opened


def plain(notes):
    """With spaces where a line may not be broken."""
    return [note.replace("\u00a0", " ") for note in notes]


def test_nothing_is_said_where_the_usual_scale_works(opened):
    file = opened(scale(0.97, 0.12, 0.3))
    assert file.notes == []
    assert file.reading == Reading(at_low=0.0, at_high=1.0)


def test_another_scale_is_told_with_what_was_right_on_each(opened):
    file = opened(scale(0.12, 0.953, 0.3, taken="stored"))
    assert plain(file.notes) == [
        "mine.keras: takes values from 0 to 255, as they are stored: 95.3 % of 1,000 training"
        " inputs are right there; 12.0 % on values from 0 to 1; 30.0 % on values from -1 to 1."
    ]
    assert (file.reading.at_low, file.reading.at_high) == (0, 255)


def test_inputs_that_are_attacked_too_are_told(opened):
    found = scale(0.1, 0.9, 0.1, taken="stored", apart=False, what="test inputs", inputs=40)
    assert "(too few test inputs are left that are not attacked)" in opened(found).notes[0]


def test_a_scale_that_a_spec_asks_for_is_told(opened):
    found = scale(0.97, 0.9, 0.3, taken="signed")
    (note,) = plain(opened(found, scale="signed").notes)
    assert "is given values from -1 to 1, as the spec's scale says: 30.0 %" in note


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("say which with scale:", "labels in another order", "RGB, BGR")),
        ({"other_order": 0.93}, ("classes in another order 93.0 % are right",)),
        ({"other_channels": 0.9}, ("red and blue exchanged 90.0 % are right",)),
    ],
)
def test_near_chance_on_every_scale_the_likely_causes_are_told(opened, more, expected):
    (note,) = plain(opened(scale(0.11, 0.09, 0.1, **more)).notes)
    assert "near chance (10.0 %) on every scale" in note
    for words in expected:
        assert words in note


@pytest.mark.parametrize(("best", "told"), [(0.23, False), (0.2, True)])
def test_clearly_above_chance_no_cause_is_looked_for(opened, best, told):
    """A tenth of the way from 10 to 100 is 19; 200 of 1,000 are surely more than 17.6 only."""
    assert any("near chance" in note for note in opened(scale(best, 0.1, 0.1)).notes) is told


def test_whole_numbers_need_data_that_say_so(opened):
    with pytest.raises(UserError, match="add step=1"):
        opened(None, whole=True)
    assert opened(None, whole=True, data={"stepped_features": 784}).whole_numbers


def test_code_is_named_on_the_command_line_with_its_checksum(opened):
    file = opened(None, trust=["layers.py", "mine.keras"])
    assert file.trusted == "layers.py"
    assert file.reading.lambdas
    assert file.notes[0].startswith("mine.keras: opened with the layers of layers.py (sha256 ")
    assert file.reading.trusted[:12] in file.notes[0]
    assert "Lambda layers runs" in file.notes[1]
    assert opened(None).reading == Reading()


@pytest.mark.parametrize("trust", [["other.keras"], ["layers.py", "more.py"], ["absent.py"]])
def test_no_other_file_can_be_trusted(opened, trust, tmp_path):
    for name in ("other.keras", "more.py"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(UserError, match="--trust"):
        opened(None, trust=trust)


@pytest.mark.parametrize("field", ["trust", "trusted", "lambdas", "code"])
def test_no_spec_can_trust_anything(field):
    defense = {"name": "given", "file": "mine.keras", field: "layers.py"}
    for change in ({"defenses": [defense]}, {field: "layers.py"}):
        with pytest.raises(UserError, match="unknown key"):
            spec.parse(FULL | change)


WHOLE = {"mine.keras": GivenFile(artifact="e" * 64, title="mine.keras", whole_numbers=True)}
GIVEN = {"defenses": [{"name": "given", "file": "mine.keras"}]}


def plan_of(*attacks, **more):
    asked = [{"name": name} for name in attacks]
    return planned(GIVEN | {"attacks": asked} | more, files=WHOLE)


@pytest.mark.parametrize(
    ("asked", "out", "left"),
    [
        (("jsma-logf",), "jsma-logf: leave it out", "take instead decision, genetic, noise"),
        (("pgd", "noise", "cw-l2"), "pgd, cw-l2: leave them out", "there remain noise"),
    ],
)
def test_attacks_that_follow_gradients_are_refused_where_there_are_none(asked, out, left):
    with pytest.raises(UserError) as error:
        plan_of(*asked)
    for words in ("mine.keras", "no gradient reaches them", out, left):
        assert words in str(error.value)


def test_attacks_that_ask_alone_run_on_whole_numbers():
    assert len(plan_of(*gradients.WITHOUT_GRADIENT).attacks) == len(gradients.WITHOUT_GRADIENT)
    with pytest.raises(UserError):
        plan_of(*(one["name"] for one in DEFAULT_ATTACKS))


def test_transfer_is_refused_where_its_examples_are_made_on_whole_numbers():
    independent = {"attacks": [{"name": "transfer", "source": "independent"}]}
    assert plan_of(**independent).attacks
    with pytest.raises(UserError, match="transfer"):
        plan_of(attacks=[{"name": "transfer", "source": "none"}])


def test_of_a_table_the_standardisation_of_its_columns_is_named_as_a_cause(opened):
    taken = scale(0.635, 0.85, 0.838, taken="stored")
    for kind, words in (("table", "trained on standardised columns"), ("image", None)):
        notes = plain(opened(taken, data={"kind": kind}).notes)
        assert any("trained on standardised columns" in note for note in notes) is bool(words)
    chance = plain(opened(scale(0.11, 0.09, 0.1), data={"kind": "table"}).notes)
    assert "columns in another order than in training" in chance[0]
    assert "RGB" not in chance[0]
