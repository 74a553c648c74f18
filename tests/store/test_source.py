"""The version of a function changes with what it says, and with nothing else."""

import ast
import enum
import functools
import importlib
import inspect
import math
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import torch

from ldiv_utils import measures, runs
from ldiv_utils.measures import metrics
from ldiv_utils.store import code, memo, source
from ldiv_utils.store.told import Told

EXPONENT = 2
EXPONENTS = {"square": (2,)}


def power(values):
    return values**EXPONENT


def total(values):
    for _ in range(1):
        values = values + 1
        values = values * 2
    return power(values)


@pytest.fixture
def edited(monkeypatch):
    """The version of a function after an edit of its text."""

    def version_of(function, old, new, version=source.source_version):
        lines, first = inspect.getsourcelines(function)
        changed = "".join(lines).replace(old, new)
        assert changed != "".join(lines)
        plain = inspect.getsourcelines
        patched = lambda f: (changed.splitlines(keepends=True), first) if f is function else plain(f)  # noqa: E731
        monkeypatch.setattr(code.inspect, "getsourcelines", patched)
        source._helper_hash.cache_clear()
        result = version(function)
        monkeypatch.setattr(code.inspect, "getsourcelines", plain)
        source._helper_hash.cache_clear()
        return result

    return version_of


def test_a_source_version_follows_what_the_function_names(monkeypatch, edited):
    """Indentation, a function called and a constant that it reads count; layout and what is not named do not."""
    versions = [source.source_version(total)]
    assert edited(total, "values + 1\n", "values + 1  # more\n\n") == versions[0]
    assert edited(total, "def total(values):", 'def total(values: int) -> int:\n    """Text."""') == versions[0]
    versions.append(edited(total, "        values = values * 2", "    values = values * 2"))
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
    assert len({source.source_version(even), source.source_version(odd)}) == 2


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True)
class Range:
    low: float
    high: float = 1.0

    def width(self):
        return self.high - self.low


class Counter:
    """Callable, with a state that no name tells."""

    def __call__(self, value):
        return value


def scaled(factor):
    def scale(value):
        return factor * value

    return scale


def first_of_two():
    return [lambda x: x, lambda x: x + 1][0]


def second_of_two():
    return [lambda x: x, lambda x: x + 1][1]


def passing(function):
    @functools.wraps(function)
    def passed(value):
        return 2 * function(value)

    return passed


@passing
def twice_wrapped(value):
    return value


ALL_DIFFERENT = [
    1,
    1.0,
    True,
    "1",
    (1,),
    [1],
    {1, 2},
    {"a": power},
    [("b", [power])],
    {"a": total},
    math.sqrt,
    torch.sqrt,
    {"a": torch.sqrt},
    torch.Tensor.mean,
    [].append,
    scaled(2),
    scaled(3),
    scaled(power),
    functools.partial(power, 2),
    functools.partial(power, 3),
    functools.partial(power, values=3),
    first_of_two(),
    second_of_two(),
    twice_wrapped,
    twice_wrapped.__wrapped__,
    Range,
    Range(0.0),
    Range(0.5),
    Range(0.0).width,
    Range(0.5).width,
    Colour.RED,
    Colour.BLUE,
    torch.float32,
    range(3),
    metrics.brier,
    metrics.accuracy,
]


def test_every_kind_of_value_that_is_named_counts(monkeypatch):
    versions = []
    for value in ALL_DIFFERENT:
        monkeypatch.setitem(globals(), "EXPONENT", value)
        versions.append(source.source_version(total))
    twins = [
        (ALL_DIFFERENT[versions.index(v)], ALL_DIFFERENT[i]) for i, v in enumerate(versions) if versions.index(v) < i
    ]
    assert twins == []


def test_equal_values_say_the_same(monkeypatch):
    for make in (lambda: scaled(2), lambda: functools.partial(power, 2), lambda: Range(0.5), lambda: {3, 1, 2}):
        versions = set()
        for _ in range(2):
            monkeypatch.setitem(globals(), "EXPONENT", make())
            versions.add(source.source_version(total))
        assert len(versions) == 1


def imports_inside(values):
    from textwrap import dedent

    return dedent(values)


def imports_the_package_inside(probs, labels):
    from ldiv_utils.measures import brier

    return brier(probs, labels)


def test_what_a_process_has_loaded_does_not_count(monkeypatch):
    versions = {source.source_version(imports_inside)}
    monkeypatch.delitem(sys.modules, "textwrap")
    versions.add(source.source_version(imports_inside))
    assert len(versions) == 1
    assert list(source.helpers(imports_the_package_inside)) == ["ldiv_utils.measures.metrics:brier"]


def test_a_dataclass_says_the_same_in_every_version_of_python():
    """Pinned, so that another version of Python compares itself with this one."""
    told = Told(lambda module: module == __name__)
    told.tell(Range)
    assert told.rest()[0].startswith(
        "class Range of builtins.object; [True, True, True, False, False, True] {'low': [], 'high': ['1.0']}"
    )


def test_no_address_of_this_process_is_told():
    for name in (
        "ldiv_utils.runs.solutions:solution",
        "ldiv_utils.predict:predict",
        "ldiv_utils.datasets:out_of_distribution",
    ):
        module, _, rest = name.partition(":")
        thing = code.plain_function(getattr(importlib.import_module(module), rest))
        told = Told(code.of_package, through_versions=True, strict=False).everything(thing)
        assert [line for line in told if " at 0x" in line] == []


@pytest.mark.parametrize("value", [torch.ones(2), Counter(), {"a": Counter()}, object(), (x for x in ())])
def test_what_cannot_be_told_is_refused(value, monkeypatch):
    monkeypatch.setitem(globals(), "EXPONENT", value)
    with pytest.raises(TypeError, match="power names EXPONENT: make it an argument"):
        source.source_version(total)


def test_a_function_counts_with_what_it_closes_over():
    """A result of one closure was returned for another's."""

    def powers(e):
        @memo.stored()
        def table(count):
            return {"values": torch.arange(count) ** e}

        return table

    assert powers(2)(4)["values"].tolist() == [0, 1, 4, 9]
    assert powers(3)(4)["values"].tolist() == [0, 1, 8, 27]
    assert powers(2)(4).origin == "stored"


def test_defaults_that_a_name_gave_count(monkeypatch):
    def version(exponent):
        def raised(values, exponent=exponent):
            return values**exponent

        return source.source_version(raised)

    assert len({version(2), version(3)}) == 2


def uses_brier(probs, labels):
    return measures.brier(probs, labels)


def uses_pairs(values):
    return measures.pairs(values)


def trains(spec):
    return runs.trajectory(spec)["points"]


def test_helpers_are_the_package_s_functions_that_are_reached(edited):
    brier = inspect.unwrap(metrics.brier)
    assert list(source.helpers(uses_brier)) == ["ldiv_utils.measures.metrics:brier"]
    assert list(source.helpers(uses_pairs)) == ["ldiv_utils.measures.diversity:pairs"]
    now = source.helpers(uses_brier)
    [name] = now
    assert source.helper_now(name) == now[name]

    def after(old, new):
        return edited(brier, old, new, lambda _: (source.helpers(uses_brier)[name], source.helpers(uses_pairs)))

    doubled, other = after(".mean(1)", ".mean(1) * 2")
    assert doubled != now[name]
    assert other == source.helpers(uses_pairs)
    told, _ = after("Brier score:", "A score:")
    assert told == now[name]


def test_a_helper_that_is_gone_has_no_hash():
    assert source.helper_now("ldiv_utils.measures.metrics:gone") is None
    assert source.helper_now("ldiv_utils.gone:brier") is None


def test_results_hang_on_a_versioned_function_by_its_version_and_its_own_on_its_code():
    """Training code is what solutions hang on; what is made of solutions hangs on these."""
    assert source.helpers(trains) == {}
    assert "trajectory version 1" in " ".join(Told(lambda module: module == __name__).everything(trains))
    bare = code.plain_function(runs.solution)
    through = Told(code.of_package, through_versions=True, strict=False)
    assert any("cross_entropy" in line for line in through.everything(bare))


def test_the_package_never_imports_itself_inside_a_function():
    """Such names would escape `named`."""
    import ast
    from pathlib import Path

    for path in (Path(source.__file__).parent.parent).rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                inner = [node for node in ast.walk(function) if isinstance(node, ast.ImportFrom)]
                assert [node.module for node in inner if node.level or node.module.startswith("ldiv_utils")] == []


def test_the_code_of_a_lambda_is_its_own():
    texts = [code.of_function(f)[0] for f in (first_of_two(), second_of_two())]
    assert texts[0] != texts[1]
    assert "BinOp" in texts[1]
    assert "BinOp" not in texts[0]


THREE_LINES = {
    "one": lambda x: (
        x
        + 1
    ),
    "two": lambda x: (
        x
        + 2
    ),
}  # fmt: skip


def test_a_lambda_of_many_lines_says_them_all():
    texts = [code.of_function(f)[0] for f in THREE_LINES.values()]
    assert "Constant(value=1)" in texts[0]
    assert "Constant(value=2)" in texts[1]


@functools.singledispatch
def by_type(value):
    return value


def test_a_function_for_each_type_is_refused(monkeypatch):
    """What was registered for a type stands nowhere in its code."""
    monkeypatch.setitem(globals(), "EXPONENT", by_type)
    with pytest.raises(TypeError, match=r"names EXPONENT: .*\(a function for each type"):
        source.source_version(total)


def test_threads_parse_one_after_the_other(monkeypatch):
    """Two at once ended in a SystemError of Python's own, now and then, in a cluster's workers of two threads."""
    at_once, most, plain = [0], [0], ast.parse

    def slow(text):
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.05)
        at_once[0] -= 1
        return plain(text)

    with monkeypatch.context() as patched, ThreadPoolExecutor(4) as threads:
        patched.setattr(ast, "parse", slow)
        texts = list(threads.map(lambda _: code.of_function(power)[0], range(4)))
    assert (most[0], len(set(texts))) == (1, 1)


def test_a_source_is_shown_without_its_docstring():
    shown = code.without_docstring(inspect.unwrap(metrics.brier))
    assert shown.startswith("def brier(probs")
    assert "Brier score" not in shown
    assert "return" in shown
