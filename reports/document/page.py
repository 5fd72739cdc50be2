"""The frame of every page that is a file: environment, policy, scripts, style, closing hash."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from reports.document import integrity
from reports.document.model import Page
from reports.prose import phrases

_HERE = Path(__file__).parent
_STYLES = ("report.css", "record.css", "print.css")
_SCRIPTS = ("plotly/plotly-cartesian.min.js", "report.js")


def made(template: str, page: Page) -> str:
    """A page that needs no other file and no network.

    Args: template: a file of templates/ that prints the values of this kind of page.
    """
    scripts = [_static(name) for name in _SCRIPTS]
    style = "".join(_static(name) for name in _STYLES) + _foot(page)
    text = (
        _environment()
        .get_template(template)
        .render(
            page=page,
            script_hashes=Markup(" ".join(f"'sha256-{_digest(script)}'" for script in scripts)),
            scripts=[Markup(script) for script in scripts],
            style=Markup(style),
        )
    )
    return integrity.closed(text.rstrip("\n") + "\n")


def _foot(page: Page) -> str:
    """Run and hash at the foot of every printed page; only letters, digits and "-" get into it."""
    ids = phrases.listing([re.sub(r"[^A-Za-z0-9-]", "", run)[:24] for run in page.runs])
    said = f"Run{'s' if len(page.runs) > 1 else ''} {ids} · content {page.content_sha256[:16]}"
    return f'@page {{ @bottom-left {{ content: "{said}"; }} }}\n'


def _static(name: str) -> str:
    return (_HERE / "static" / name).read_text("utf-8")


def _visible(value: object) -> object:
    """What a template prints; what is already markup stays as it is."""
    return phrases.visible(value) if type(value) is str else value


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False, "separators": (",", ":")}
    return environment
