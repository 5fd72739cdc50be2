"""A new defence is one new file and one line in the registry: everything else reads it there."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOY = '''"""A toy."""

from typing import ClassVar, Literal

from core.defenses.asked import Asked, regularized
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts
from core.model.training import Spread


class Moat(Defense):
    """Water around the castle."""

    facts: ClassVar = Facts(title="water around it", label="A moat", trained="a swimmer")
    name: Literal["moat"] = "moat"
    depth: float = 0.4

    def plan(self, data: DataFacts) -> list[Asked]:
        """One network."""
        wrong = self.depth / data.classes
        targets = Spread(right=1 - self.depth + wrong, wrong=wrong)
        return [regularized(self.name, {"depth": self.depth}, targets=targets)]
'''
KNOWN = """
from core import defenses
from core.defenses import table
from core.spec import spec
from reports.prose import names
from reports.views.parts.form import lines
from reports.views.parts.form import values as form
from tests.planning.planned import FULL, planned

change = {"defenses": [{"name": "none"}, {"name": "moat", "depth": 0.3}]}
read = spec.parse(FULL | change)
assert read.defenses[1].depth == 0.3
assert spec.parse(read.as_json()) == read

found = planned(change)
network = next(one for one in found.networks if one.defense == "moat")
cell = next(one for one in found.cells if one.key == network.key)
assert network.defense_params == {"depth": 0.3}
assert cell.label == "moat, depth 0.3, seed 0"
assert cell.payload.targets.wrong == 0.03

assert "| `moat` | a swimmer |" in table.lines()
assert "moat" in form.OTHER_DEFENSES
assert lines.offered("moat") == "depth=0.4"
values = form.to_form(read)
assert "moat" in values.defenses
assert form.from_form(values)["defenses"][1] == {"name": "moat", "depth": 0.3}
assert names.defense("moat", {"depth": 0.3}, None) == "A moat (depth 0.3)"
"""


def test_a_file_and_a_line_are_all_that_a_defence_needs(tmp_path):
    for folder in ("core", "reports", "tests/planning"):
        left_out = shutil.ignore_patterns("__pycache__", "static")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=left_out)
    (tmp_path / "core/defenses/moat.py").write_text(TOY)
    registry = tmp_path / "core/defenses/__init__.py"
    last = '    "core.defenses.scaled_logits:ScaledLogits",\n'
    text = registry.read_text()
    assert last in text
    registry.write_text(text.replace(last, last + '    "core.defenses.moat:Moat",\n'))
    done = subprocess.run(
        [sys.executable, "-c", KNOWN], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
