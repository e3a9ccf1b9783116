"""Numbers as text, many at once: as few digits as it takes to read each back exactly."""

import numpy as np

# Numbers outside are written with an exponent: orjson writes it another way than Python.
SMALLEST, LARGEST = 1e-4, 1e16


def number_texts(figures: np.ndarray) -> list[bytes]:
    """Texts of numbers between :data:`SMALLEST` and :data:`LARGEST`, of 0 and of whole numbers."""
    return _dumped(figures).split(b",") if figures.size else []


def number_lines(figures: np.ndarray) -> list[str]:
    """Texts of the floats of each row between commas, as ``repr`` gives them.

    Nothing stands for one that is infinite or missing.

    Parameters
    ----------
    figures : array of float, shape (row, number)
    """
    if not figures.size:
        return [""] * len(figures)
    text = _dumped(np.ascontiguousarray(figures))[1:-1].replace(b"null", b"")
    lines = text.decode().split("],[")
    size = np.abs(figures)
    uncommon = (size < SMALLEST) & (size > 0) | (size >= LARGEST) & np.isfinite(size)
    for n in np.flatnonzero(uncommon.any(axis=1)).tolist():
        lines[n] = ",".join(repr(one) if np.isfinite(one) else "" for one in figures[n].tolist())
    return lines


def _dumped(figures: np.ndarray) -> bytes:
    import orjson

    return orjson.dumps(figures, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]
