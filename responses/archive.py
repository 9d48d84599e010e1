"""How numpy arrays are kept in a file that can always be made again: read if sound, replaced in one step."""

import contextlib
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
_READABLE_BY_ALL = 0o644
# What zipfile and numpy were seen to raise for files with bytes changed or cut off.
_DAMAGE = (
    OSError, ValueError, KeyError, EOFError, TypeError, AttributeError, RuntimeError, MemoryError, OverflowError,
    SyntaxError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def read_arrays(path: Path | None, *names: str) -> Arrays | None:
    """Return the arrays of these names, or None when the file is missing, damaged or holds others."""
    if path is None:
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in names}
    except _DAMAGE:
        return None


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write the arrays so that a reader sees the old file or the new one.

    A disk that refuses is no fault: it costs time at the next start.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
        os.chmod(file.name, _READABLE_BY_ALL)
        os.replace(file.name, path)
