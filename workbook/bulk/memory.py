"""Settings of the C library's memory allocator, for processes that compute many blocks."""

import contextlib
import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt in glibc's malloc.h
_KEPT, _LARGEST = 128 << 20, 32 << 20  # bytes: free at the end of the heap; one array within it


def keep_freed() -> None:
    """Keep freed memory for the next arrays, where the C library is glibc; elsewhere do nothing.

    Blocks of scenarios need arrays of the same sizes over and over. Returning them to the system
    each time, as Dask configures its workers to, makes results take three times as long.
    """
    with contextlib.suppress(OSError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
        library.mallopt(_MMAP_THRESHOLD, _LARGEST)
