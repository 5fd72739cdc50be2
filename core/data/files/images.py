"""Pictures in PNG or JPEG, and folders of them, one folder a class."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from core.data.files.found import Found
from core.data.files.trees import MAX_FILES, Leaf
from core.errors import UserError
from core.model.base import MAX_FEATURES

MAX_VALUES = 2**28
"""Values of all pictures together, 1 GiB as float32."""
MAX_BYTES = 2**26
"""Of one file."""
ENDINGS = (".png", ".jpg", ".jpeg")
LEFT_OUT = ("val", "valid", "validation", "unsupervised", "dev")
_MODES = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "RGBA": "RGBA", "LA": "RGBA"}
"""What pictures of a mode become; of others the values have another meaning."""
_WIDE = ("I;16", "I;16B", "I;16L")


def of_folders(leaves: Sequence[Leaf], title: str) -> Found:
    """Arrays of pictures that lie in a folder for each class, as Keras's
    `image_dataset_from_directory` takes them; above those `train` and `test`, or only test data.

    Raises `UserError` naming the file, what is wrong and the fix.
    """
    said: list[str] = []
    parts = _parts(leaves, said, title)
    classes = sorted({leaf.parts[0] for leaf in parts.get("train", parts["test"])})
    for leaf in (leaf for part in parts.values() for leaf in part):
        if len(leaf.parts) != 2 or not leaf.parts[1].lower().endswith(ENDINGS):
            raise UserError(
                f"{title}: {leaf.shown!r} is not where pictures are looked for: CLASS/NAME.png or"
                " .jpg, below train/ and test/ or by themselves"
            )
        if leaf.size > MAX_BYTES:
            raise UserError(f"{title}: {leaf.shown!r} has more than {MAX_BYTES:,} bytes")
    sources = [(leaf.shown, leaf.read) for part in parts.values() for leaf in part]
    x = stacked(((name, read()) for name, read in sources), said, title)
    y = np.array([leaf.parts[0] for part in parts.values() for leaf in part])
    n = len(parts.get("train", ()))
    said.append(f"folders are the classes, in the order of their names as texts ({len(classes)})")
    arrays = {"x_test": x[n:], "y_test": y[n:], "class_names": np.array(classes)}
    if n:
        arrays |= {"x_train": x[:n], "y_train": y[:n]}
    return Found(arrays, tuple(said))


def _parts(leaves: Sequence[Leaf], said: list[str], title: str) -> dict[str, list[Leaf]]:
    """Files of the training and of the test part, by the folder below theirs; train first."""
    above = {leaf.parts[0] for leaf in leaves}
    if not leaves or len(leaves) > MAX_FILES:
        raise UserError(f"{title}: holds {len(leaves):,} pictures; between 1 and {MAX_FILES:,} fit")
    if not above & {"train", "test"}:
        return {"test": list(leaves)}
    if "test" not in above:
        raise UserError(f"{title}: has a folder train but no folder test; move some pictures there")
    other = sorted(above - {"train", "test"})
    unknown = [name for name in other if name.lower() not in LEFT_OUT]
    if unknown:
        raise UserError(
            f"{title}: has {unknown[0][:200]!r} beside train and test; leave it out, or put it"
            " below one of them"
        )
    said += [f"the folder {name} is left out" for name in other]
    return {
        part: [
            Leaf(leaf.parts[1:], leaf.size, leaf.read) for leaf in leaves if leaf.parts[0] == part
        ]
        for part in ("train", "test")
        if part in above
    }


def stacked(files: Iterable[tuple[str, bytes]], said: list[str], title: str) -> np.ndarray:
    """Pictures of one size as `(n, height, width, channels)`, uint8 or uint16.

    Args: files: a name to say where a picture is, and its content; at least one.
    Raises `UserError`, also where they differ in size or kind.
    """
    found: list[np.ndarray] = []
    values = 0
    for name, content in files:
        picture = _decoded(content, f"{title}: {name!r}")
        if found and picture.shape[:2] != found[0].shape[:2]:
            sizes = [f"{one.shape[1]} x {one.shape[0]}" for one in (picture, found[0])]
            raise UserError(
                f"{title}: {name!r} has {sizes[0]} pixels, others {sizes[1]}; make all of one size,"
                " the one that the network takes"
            )
        values += picture.size
        if values > MAX_VALUES:
            raise UserError(f"{title}: holds more than {MAX_VALUES:,} values; take fewer pictures")
        found.append(picture)
    kinds = {(one.dtype.name, one.shape[2]) for one in found}
    if kinds == {("uint8", 1), ("uint8", 3)}:
        grey = sum(one.shape[2] == 1 for one in found)
        said.append(f"{grey:,} grey pictures beside colour ones became colour ones")
        found = [one if one.shape[2] == 3 else one.repeat(3, axis=2) for one in found]
    elif len(kinds) > 1:
        told = " and ".join(sorted(f"{dtype} of {channels} channels" for dtype, channels in kinds))
        raise UserError(f"{title}: holds pictures of {told}; make all of one kind")
    return np.stack(found)


def _decoded(content: bytes, where: str) -> np.ndarray:
    """One picture `(height, width, channels)`; its size is looked at before it is unpacked."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            width, height = picture.size
            if width * height * 4 > MAX_FEATURES * 4:
                raise UserError(f"{where} has {width} x {height} pixels, at most {MAX_FEATURES:,}")
            if picture.mode in _WIDE:
                return np.asarray(picture).astype(np.uint16)[..., np.newaxis]
            mode = _MODES.get(picture.mode)
            if mode is None:
                raise UserError(
                    f"{where} is of mode {picture.mode}; save it in grey (L) or colour (RGB)"
                )
            if picture.mode == "P" and "transparency" in picture.info:
                mode = "RGBA"
            pixels = np.asarray(picture.convert(mode))
    except (UserError, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise UserError(f"{where} unpacks to too many pixels") from None
    except Exception as error:  # Pillow lets many kinds through for damaged files
        reason = " ".join(str(error).split())[:150]
        reason = "" if "BytesIO" in reason else f": {reason}"
        raise UserError(f"{where} is no PNG or JPEG picture, or is damaged{reason}") from None
    return pixels if pixels.ndim == 3 else pixels[..., np.newaxis]
