"""How the C library keeps the memory of a CPU's activations."""

import ctypes
from contextlib import suppress


def keep_freed() -> None:
    """Stop glibc from giving every activation's memory back and fetching it anew.

    That is a tenth of a training step on a CPU, and a twentieth of a prediction. Holds for the process from then on;
    does nothing where the C library is another.
    """
    with suppress(AttributeError, OSError, TypeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD, its largest value
        libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD
