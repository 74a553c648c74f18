"""Freed memory is kept where the C library is glibc; elsewhere nothing happens."""

import ctypes

import pytest

from ldiv_utils.networks import cpu as memory


@pytest.mark.parametrize("error", [OSError, TypeError])
def test_another_c_library_is_left_alone(error, monkeypatch):
    def refuse(name):
        raise error

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    memory.keep_freed()


def test_a_c_library_without_mallopt_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    memory.keep_freed()


def test_both_thresholds_are_set(monkeypatch):
    """By the numbers in glibc's malloc.h: -3 is M_MMAP_THRESHOLD, at most 32 MiB; -1 is M_TRIM_THRESHOLD."""
    calls = []

    class Library:
        def mallopt(self, *arguments):
            calls.append(arguments)

    monkeypatch.setattr(ctypes, "CDLL", lambda name: Library())
    memory.keep_freed()
    assert calls == [(-3, 2**25), (-1, 2**31 - 1)]
