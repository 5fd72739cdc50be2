"""Which kind of file holds a data set, and the data set in it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.data.arrays import Origin, from_arrays
from core.data.dataset import Dataset
from core.data.files import npz
from core.data.files.found import Found
from core.errors import UserError
from core.model.data import DATA_NAMES

KNOWN = {"6328d8068340bc4f425a84069d9c2833f633cca30298e110ae20d34d8997f644": ("mnist", "MNIST")}
"""Checksums of the data sets that published numbers belong to."""
COLUMNS = (".csv", ".parquet")
"""Kinds of files that have columns."""


@dataclass(frozen=True)
class Asked:
    """How a file is to be read.

    Attributes:
        title: the name of the file, with which refusals begin. label: name of the column that
            holds the classes, in kinds of files that have columns; None: found by its name.
        outputs: how many classes a network tells apart that is given with the data, or None.
    """

    title: str
    label: str | None = None
    outputs: int | None = None


def read(path: Path, asked: Asked) -> Dataset:
    """The data set in an untrusted file. Raises `UserError`."""
    found = _found(path, asked)
    stem, kind = Path(asked.title).stem, "folder" if path.is_dir() else "file"
    origin = Origin(stem, stem, f"{kind} {asked.title}", asked.outputs, found.said)
    tied = {} if found.group is None else {"group": found.group}
    dataset = from_arrays({**found.arrays, **tied}, origin)
    return _named(dataset, asked.title)


def _found(path: Path, asked: Asked) -> Found:
    """What a file holds; the libraries of a kind are loaded where there is one of that kind."""
    label, title, suffix = asked.label, asked.title, path.suffix.lower()
    folder = path.is_dir()
    if label is not None and not folder and suffix not in COLUMNS:
        raise UserError(f"{title}: has no columns, so none can be the label; leave label out", 2)
    if folder or suffix == ".zip":
        return _of_tree(path, asked)
    if suffix == ".npz":
        return Found(npz.read(path, title))
    from core.data.files import tables

    return (tables.read_csv if suffix == ".csv" else tables.read_parquet)(path, label, title)


def _of_tree(path: Path, asked: Asked) -> Found:
    """What a folder, or a zip archive of one, holds: a saved `datasets`, or pictures."""
    from core.data.files import images, saved, trees

    def read(leaves: Sequence[trees.Leaf]) -> Found:
        if saved.is_saved(leaves):
            return saved.read(leaves, asked.label, asked.title)
        if asked.label is not None:
            raise UserError(f"{asked.title}: folders name the classes; leave label out", 2)
        return images.of_folders(leaves, asked.title)

    if path.is_dir():
        return read(trees.of_folder(path, asked.title))
    try:
        with zipfile.ZipFile(path) as archive:
            return read(trees.of_archive(archive, asked.title))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError):
        raise UserError(f"{asked.title}: is not a zip archive, or is damaged") from None


def _named(dataset: Dataset, title: str) -> Dataset:
    """A file counts as a known data set by its content, never by what it is called."""
    known = KNOWN.get(dataset.checksum())
    if known:
        return replace(dataset, name=known[0], title=known[1])
    if dataset.name in DATA_NAMES:
        return replace(dataset, name=title, title=title)
    return dataset
