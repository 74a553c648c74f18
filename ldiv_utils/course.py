"""Checks of an answer: plain functions, each of one property, that take the answer and assert."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from textwrap import shorten

Test = Callable[..., None]
LONG = 300  # characters of a message, which a tensor would fill


@dataclass(frozen=True)
class Verdict:
    """What one check found: its name, the property that it asks for, and what failed, or nothing."""

    name: str
    asks: str
    failure: str = ""

    def __str__(self) -> str:
        return f"✗ {self.asks.rstrip('.')}: {self.failure}" if self.failure else f"✓ {self.asks}"


class Verdicts(tuple[Verdict, ...]):
    """Verdicts, shown as a line each."""

    def __repr__(self) -> str:
        return "\n".join(map(str, self))


def check(answer: object, *tests: Test) -> Verdicts:
    """What each of these checks finds of the answer.

    A check asks for the answer by its first parameter, and may ask for a module, such as torch, by a second.
    """
    return Verdicts(verdict(answer, test) for test in tests)


def verdict(answer: object, test: Test) -> Verdict:
    """What one check finds; an answer that raises has failed it, and the verdict says what it raised."""
    if not test.__doc__:
        raise ValueError(
            f"{test.__name__} has no docstring, which must say the property that it asks for in one sentence"
        )
    asks, modules = _one_line(test.__doc__), list(inspect.signature(test).parameters)[1:]
    try:
        test(answer, *map(import_module, modules))
    except AssertionError as error:
        return Verdict(test.__name__, asks, _one_line(str(error)) or "not so")
    except (Exception, SystemExit) as error:
        said = _one_line(str(error))
        return Verdict(test.__name__, asks, f"raised {type(error).__name__}{said and ': '}{said}")
    return Verdict(test.__name__, asks)


def _one_line(text: str) -> str:
    return shorten(text, LONG, placeholder=" …")
