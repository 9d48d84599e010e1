"""How much memory there is, and how what loading took is given back."""

import ctypes
import os
from pathlib import Path

_CONTAINER = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_UNKNOWN = 2_000_000_000  # bytes, where the platform does not say


def give_back() -> None:
    """Return freed memory to the system where the C library can (glibc); elsewhere do nothing.

    Sorting the samples' n-grams takes 70 MB for a moment, which glibc would keep for the life of the process.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


def memory_size() -> int:
    """Return how many bytes of memory this process may use: the machine's, or less if its container has less."""
    sizes = [int(text) for path in _CONTAINER if path.exists() and (text := path.read_text().strip()).isdigit()]
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", ()):
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min(sizes, default=_UNKNOWN)
