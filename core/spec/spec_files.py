"""Specs as people write them: YAML files, presets, `--set` changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from core.errors import UserError
from core.spec.spec import Experiment, parse

PRESETS = Path(__file__).parent / "presets"
MAX_SPEC_BYTES = 200_000


def read(path: Path) -> Experiment:
    """Read a spec file (YAML or JSON). Raises `UserError`."""
    return parse(read_raw(path), str(path))


def read_raw(path: Path) -> dict[str, Any]:
    """Read a spec file without validating its fields. Raises `UserError`."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text file"
        raise UserError(f"{path}: cannot be read as a spec: {reason}", 2) from None
    return load_yaml(text, str(path))


def preset_names() -> list[str]:
    """Names of the presets that ship with the project."""
    return sorted(path.stem for path in PRESETS.glob("*.yaml"))


def preset(name: str) -> dict[str, Any]:
    """The raw spec of a preset. Raises `UserError` that lists the names."""
    if name not in preset_names():
        allowed = ", ".join(preset_names())
        raise UserError(f"no preset is called {name!r}; there are: {allowed}", 2)
    return read_raw(PRESETS / f"{name}.yaml")


def apply_setting(raw: Mapping[str, Any], setting: str) -> None:
    """Apply one `--set training.epochs=5` or `--set defenses[1].temperatures=[20]` to `raw`.

    The value is YAML. Raises `UserError` when the path does not exist in the spec.
    """
    path, separator, value = setting.partition("=")
    if not separator or not re.fullmatch(r"[a-z_]+(\[\d+\])*(\.[a-z_]+(\[\d+\])*)*", path):
        raise UserError(f"--set {setting}: write it as key=value, e.g. training.epochs=5", 2)
    steps: list[str | int] = [
        int(step[1:-1]) if step.startswith("[") else step
        for step in re.findall(r"[a-z_]+|\[\d+\]", path)
    ]
    place: Any = raw
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(step, int):
            if not isinstance(place, list) or step >= len(place):
                raise UserError(f"--set {setting}: there is no {path.split('=')[0]} to set", 2)
        elif not isinstance(place, dict):
            raise UserError(f"--set {setting}: {step!r} is not inside a mapping", 2)
        if following is None:
            place[step] = load_yaml(f"value: {value}", f"--set {setting}")["value"]
        elif isinstance(step, str):
            place = place.setdefault(step, {})
        else:
            place = place[step]


class _LimitedLoader(yaml.SafeLoader):
    """YAML without aliases: a few lines of nested aliases otherwise expand to gigabytes."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not accepted")
        return super().compose_node(parent, index)


def load_yaml(text: str, source: str) -> dict[str, Any]:
    """Parse YAML text safely. Raises `UserError` naming `source`."""
    if len(text.encode()) > MAX_SPEC_BYTES:
        raise UserError(f"{source}: larger than {MAX_SPEC_BYTES:,} bytes, which no spec is", 2)
    try:
        loaded = yaml.load(text, Loader=_LimitedLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise UserError(f"{source}: not readable as YAML: {problem}", 2) from None
    if not isinstance(loaded, dict):
        raise UserError(f"{source}: a spec is a mapping of keys to values, see README.md", 2)
    return loaded
