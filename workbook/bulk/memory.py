"""Settings of the C library's memory allocator, for processes that compute many blocks."""

import contextlib
import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt in glibc's malloc.h
# Bytes: free memory kept at the end of the heap; largest array on the heap.
_KEPT, _LARGEST = 128 << 20, 32 << 20


def keep_freed() -> None:
    """Configure glibc to keep freed memory for further arrays; no effect elsewhere.

    Each block of scenarios needs arrays of the same sizes. Returning them to the operating system
    each time, which is how Dask configures its workers, triples the time for results.
    """
    with contextlib.suppress(OSError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
        library.mallopt(_MMAP_THRESHOLD, _LARGEST)
