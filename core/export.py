"""Write results as files: results.json, results.parquet, adversarial examples."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd

from core.errors import UserError
from core.store.ledger import Ledger
from core.store.records import Run


def as_text(results: dict) -> str:
    """results.json: two spaces, keys as they come, no NaN; equal results, equal bytes."""
    return json.dumps(results, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write(folder: Path, results: dict, rows: pd.DataFrame, run: Run, ledger: Ledger) -> None:
    """Write results.json, results.parquet and `adversarial/NETWORK-ATTACK.npz` into `folder`.

    Each `.npz` holds `sample`, `target`, `original` (one a sample) and `adversarial` (one a pair);
    of large runs whole samples from the first on, 32 MiB an attack. Raises `UserError`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "results.json").write_text(as_text(results), encoding="utf-8")
        rows.to_parquet(folder / "results.parquet", index=False)
        examples = folder / "adversarial"
        shutil.rmtree(examples, ignore_errors=True)
        examples.mkdir()
        done = {c.key: c for c in ledger.cells(run.id) if c.kind == "attack" and c.state == "done"}
        for attack in run.provenance["attacks"]:
            if attack["key"] in done:
                source = ledger.artifacts.path(done[attack["key"]].artifacts["adversarial"])
                name = f"{attack['network'][:12]}-{attack['attack']}-{attack['key'][:6]}.npz"
                shutil.copyfile(source, examples / name)
    except OSError as error:
        raise UserError(f"{folder}: cannot be written: {error.strerror}") from None
