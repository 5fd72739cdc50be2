"""Folders of small pictures, for tests."""

import io
import zipfile

import numpy as np
from PIL import Image

RNG = np.random.default_rng(7)


def png(array, kind="PNG"):
    """The bytes of a picture."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, kind)
    return buffer.getvalue()


def grey(value, shape=(6, 5)):
    """A picture of one grey."""
    return png(np.full(shape, value, np.uint8))


def tree(parts=("train", "test"), classes=("cat", "dog"), n=4):
    """Paths and contents: picture i of class c is of the grey 10 c + i."""
    return {
        "/".join(filter(None, (part, name, f"{i}.png"))): grey(10 * c + i)
        for part in parts
        for c, name in enumerate(classes)
        for i in range(n)
    }


def folder(root, files):
    """The files below a folder."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def zipped(path, files):
    """The files in a zip archive."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
