"""The version of a function changes with what it says, and with nothing else."""

import inspect

import pytest
import torch

from ldiv_utils.store import source

GETSOURCE = inspect.getsource
EXPONENT = 2
EXPONENTS = {"square": (2,)}


def power(values):
    return values**EXPONENT


def total(values):
    for _ in range(1):
        values = values + 1
        values = values * 2
    return power(values)


def test_a_source_version_follows_what_the_function_names(monkeypatch):
    """Indentation, a function called and a constant that it reads count; blank lines and what is not named do not."""
    versions = [source.source_version(total)]
    text = inspect.getsource(total)

    def edited(old, new):
        changed = text.replace(old, new)
        monkeypatch.setattr(source.inspect, "getsource", lambda f: changed if f is total else GETSOURCE(f))
        return source.source_version(total)

    assert edited("values + 1\n", "values + 1\n\n") == versions[0]
    versions.append(edited("        values = values * 2", "    values = values * 2"))
    monkeypatch.undo()
    monkeypatch.setitem(globals(), "EXPONENTS", {})
    assert source.source_version(total) == versions[0]
    monkeypatch.setitem(globals(), "EXPONENT", 3)
    versions.append(source.source_version(total))
    monkeypatch.setitem(globals(), "power", lambda values: values)
    versions.append(source.source_version(total))
    assert len(set(versions)) == 4


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n > 0 and even(n - 1) and power(n) > 0


def test_functions_may_name_each_other_and_one_twice():
    assert source.source_version(even) == source.source_version(odd)  # each says both


@pytest.mark.parametrize("value", [torch.ones(2), {1, 2}, {"a": power}, [("b", [power])]])
def test_what_cannot_be_told_from_the_source_is_refused(value, monkeypatch):
    monkeypatch.setitem(globals(), "EXPONENT", value)
    with pytest.raises(TypeError, match="total names EXPONENT: make it an argument"):
        source.source_version(total)


def test_functions_of_other_modules_count_by_their_names(monkeypatch):
    versions = set()
    for value in ({"a": torch.sqrt}, {"b": torch.sqrt}, {"a": inspect.getsource}, {"a": (2, inspect.getsource)}):
        monkeypatch.setitem(globals(), "EXPONENT", value)
        versions.add(source.source_version(total))
    assert len(versions) == 4
