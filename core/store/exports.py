"""The files that were made of a run: by these an honest older export is known as what it is."""

import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.store.records import Exported
from core.store.schema import Export

_FIELDS = ("run", "sha256", "format", "content_sha256", "renderer", "head", "length", "created")


def remember(
    session: Session,
    run: str,
    sha256: str,
    ending: str,
    content_sha256: str,
    renderer: str,
    reviews: Mapping[str, Any],
) -> None:
    """Note a file; the same bytes made again are the same export."""
    if session.get(Export, (run, sha256)) is not None:
        return
    session.add(
        Export(
            run=run,
            sha256=sha256,
            format=ending,
            content_sha256=content_sha256,
            renderer=renderer,
            head=reviews["head"],
            length=reviews["length"],
            created=time.time(),
        )
    )


def of_run(session: Session, run: str) -> list[Exported]:
    """The exports of a run, oldest first."""
    return _found(session, Export.run == run)


def of_file(session: Session, sha256: str) -> list[Exported]:
    """The exports that were exactly this file, oldest first."""
    return _found(session, Export.sha256 == sha256)


def _found(session: Session, condition) -> list[Exported]:
    rows = session.scalars(select(Export).where(condition).order_by(Export.created, Export.sha256))
    return [Exported(**{field: getattr(row, field) for field in _FIELDS}) for row in rows]
