"""Numbers as text, many at once: as few digits as it takes to read each back exactly."""

import numpy as np

# Numbers outside are written with an exponent: orjson writes it another way than Python.
SMALLEST, LARGEST = 1e-4, 1e16


def number_texts(figures: np.ndarray) -> list[bytes]:
    """Texts of numbers between :data:`SMALLEST` and :data:`LARGEST`, of 0 and of whole numbers."""
    return _dumped(figures).split(b",") if figures.size else []


def all_number_texts(figures: np.ndarray) -> list[str]:
    """Texts of any floats, as ``repr`` gives them; "" where one is infinite or missing.

    Parameters
    ----------
    figures : array of float, shape (number,)
    """
    if not figures.size:
        return []
    texts = _dumped(figures).replace(b"null", b"").decode().split(",")
    size = np.abs(figures)
    uncommon = (size < SMALLEST) & (size > 0) | (size >= LARGEST) & np.isfinite(size)
    for n in np.flatnonzero(uncommon).tolist():
        texts[n] = repr(float(figures[n]))
    return texts


def _dumped(figures: np.ndarray) -> bytes:
    import orjson

    return orjson.dumps(figures, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]
