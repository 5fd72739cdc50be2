"""Write results as files: results.json, results.parquet, adversarial examples."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd

from core import seal
from core.errors import UserError
from core.model.base import JsonObject
from core.model.planned import RunPlan
from core.model.results import Results
from core.results import table
from core.store.ledger import Ledger
from core.store.records import Run


def as_text(content: JsonObject) -> str:
    """results.json: two spaces, keys as they come, no NaN; equal results, equal bytes."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write(folder: Path, results: Results, rows: pd.DataFrame, run: Run, ledger: Ledger) -> None:
    """Write results.json with its seal, results.parquet and `adversarial/NETWORK-ATTACK.npz`.

    The ledger notes both files, and results.json has its sha256 in a file beside it.

    Each `.npz` holds `sample`, `target`, `original` (one a sample) and `adversarial` (one a pair);
    of large runs whole samples from the first on, 32 MiB an attack. Raises `UserError`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "results.json"
        text = as_text(seal.sealed(results.as_json())).encode("utf-8")
        path.write_bytes(text)
        seal.beside(path).write_text(seal.sum_line(path, text), encoding="utf-8")
        parquet = table.packed(rows)
        (folder / table.NAME).write_bytes(parquet)
        note(ledger, results, text, "json")
        note(ledger, results, parquet, "parquet")
        examples = folder / "adversarial"
        shutil.rmtree(examples, ignore_errors=True)
        examples.mkdir()
        done = {c.key: c for c in ledger.cells(run.id) if c.kind == "attack" and c.state == "done"}
        for network, attack in RunPlan.from_json(run.provenance).attacked:
            if attack.key in done:
                source = ledger.artifacts.path(done[attack.key].artifacts["adversarial"])
                name = f"{network.short}-{attack.attack}-{attack.key[:6]}.npz"
                shutil.copyfile(source, examples / name)
    except OSError as error:
        raise UserError(f"{folder}: cannot be written: {error.strerror}") from None


def note(ledger: Ledger, results: Results, content: bytes, ending: str) -> None:
    """Let the ledger remember a file that was made of these results.

    Args: results: with `reviews`, as `collect` gives them. ending: of the file, such as "html".
    """
    digest = hashlib.sha256(content).hexdigest()
    made_by = seal.renderer()
    said = seal.content_sha256(results.as_json())
    ledger.remember_export(results.run, digest, ending, said, made_by, results.reviews or {})
