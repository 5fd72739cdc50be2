"""`.npz` files of numpy: named arrays, never pickled objects."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from core.data.files.archives import check_members
from core.errors import UserError


def read(path: Path, title: str) -> dict[str, np.ndarray]:
    """Arrays of an untrusted `.npz`: archive looked at first, no pickles. Raises `UserError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            check_members(archive, title)
            if any(not name.endswith(".npy") for name in archive.namelist()):
                raise UserError(f"{title}: is a zip archive, but not one that numpy.savez wrote")
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except UserError:
        raise
    except zipfile.BadZipFile:
        raise UserError(
            f"{title}: is not an .npz archive or is damaged; write one with numpy.savez(file,"
            " x_train=..., y_train=..., x_test=..., y_test=...)"
        ) from None
    except ValueError as error:
        if "pickle" in str(error).lower() or "object array" in str(error).lower():
            raise UserError(
                f"{title}: holds pickled Python objects, which are never opened; store plain"
                " numeric arrays, names as np.array([...], dtype=str)"
            ) from None
        raise UserError(f"{title}: is damaged: {' '.join(str(error).split())[:200]}") from None
    except (OSError, EOFError, zipfile.LargeZipFile, NotImplementedError) as error:
        raise UserError(f"{title}: cannot be read: {' '.join(str(error).split())[:200]}") from None
    except MemoryError:
        raise
    except Exception as error:  # zlib.error and whatever else a damaged archive provokes
        raise UserError(f"{title}: is damaged: {' '.join(str(error).split())[:200]}") from None
