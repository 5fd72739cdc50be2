"""Changes of one line that a test of meaning has to notice.

`python -m tests.mutants` makes each in a copy of the checkout, runs the tests near it, and prints
who was caught; it ends in 1 where one survives. `python -m tests.mutants balls` takes those whose
file has this in its name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from core import imports
from tests.mutants.every import MUTANTS
from tests.mutants.mutant import Mutant


def caught(mutant: Mutant, copy: Path) -> bool:
    """Whether a test near it fails. Args: copy: of the checkout; it is left as it was."""
    file = copy / mutant.file
    source = file.read_text("utf-8")
    if source.count(mutant.old) != 1:
        print(f"{mutant.file} holds {mutant.old!r} {source.count(mutant.old)} times: name it anew")
        return False
    file.write_text(source.replace(mutant.old, mutant.new), "utf-8")
    try:
        return not _pass(mutant.tests, copy)
    finally:
        file.write_text(source, "utf-8")


def _pass(tests: tuple[str, ...], copy: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    # Without bytecode: two sources of one size within a second would share it.
    here = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(command, cwd=copy, env=here, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"no test ran: {done.stdout}{done.stderr}")
    return done.returncode == 0


def _copied(to: Path) -> Path:
    """The files of the checkout as they lie there, but those that git ignores."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(asked, cwd=imports.ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, done.stdout.split("\0")):
        if (imports.ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(imports.ROOT / name, to / name)
    return to


def main() -> None:
    """Print the table; 1 where a mutant survives."""
    chosen = [one for one in MUTANTS if all(word in one.file for word in sys.argv[1:])]
    with tempfile.TemporaryDirectory() as folder:
        copy = _copied(Path(folder))
        for tests in dict.fromkeys(one.tests for one in chosen):
            if not _pass(tests, copy):
                raise SystemExit(f"fails without any change: one of {', '.join(tests)}")
        print("| where | was | became | |\n| --- | --- | --- | --- |")
        survived = 0
        for one in chosen:
            found = caught(one, copy)
            survived += not found
            said = "caught" if found else "SURVIVED"
            print(f"| {one.file} | `{one.old}` | `{one.new}` | {said} |", flush=True)
        print(f"{len(chosen) - survived} of {len(chosen)} caught")
    sys.exit(bool(survived))


if __name__ == "__main__":
    main()
