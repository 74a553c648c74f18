"""Checks: a line for each, whatever the answer does.

PYTEST_DONT_REWRITE: an assertion here says what it says in a notebook.
"""

import sys

import pytest

from ldiv_utils import course


def half(x):
    return x / 2


def four_is_halved(half):
    """Half of four is two."""
    came = half(4)
    assert came == 2, f"4: expected 2, got {came}"


def odd_is_halved(half):
    """Half of an odd number
    is no integer."""
    assert half(3) != int(half(3)), f"3:\n  got   {half(3)}"


def tensor_is_halved(half, torch):
    """Half of a tensor is a tensor."""
    torch.testing.assert_close(half(torch.ones(2)), torch.full((2,), 0.5))


CHECKS = (four_is_halved, odd_is_halved, tensor_is_halved)


def test_a_right_answer_passes_and_the_lines_say_what():
    came = course.check(half, *CHECKS)
    lines = ["✓ Half of four is two.", "✓ Half of an odd number is no integer.", "✓ Half of a tensor is a tensor."]
    assert repr(came).splitlines() == lines
    assert [verdict.name for verdict in came] == ["four_is_halved", "odd_is_halved", "tensor_is_halved"]


def test_a_wrong_answer_is_told_in_one_line_what_came():
    four, odd, tensor = course.check(lambda x: x // 2, *CHECKS)
    assert not four.failure
    assert str(odd) == "✗ Half of an odd number is no integer: 3: got 1"
    assert tensor.failure.startswith("Tensor-likes are not close!")
    assert "\n" not in str(tensor)


@pytest.mark.parametrize(
    ("raises", "said"),
    [
        (lambda x: (_ for _ in ()).throw(NotImplementedError), "raised NotImplementedError"),
        (lambda x: x["a"], "raised TypeError: 'int' object is not subscriptable"),
        (lambda x: sys.exit("enough"), "raised SystemExit: enough"),
        (None, "raised TypeError: 'NoneType' object is not callable"),
    ],
)
def test_an_answer_that_raises_is_told_what_it_raised(raises, said):
    (verdict,) = course.check(raises, four_is_halved)
    assert str(verdict) == f"✗ Half of four is two: {said}"


def test_an_assertion_without_words_has_failed_too():
    def wordless(half):
        """Half of four is three."""
        assert half(4) == 3

    assert str(*course.check(half, wordless)) == "✗ Half of four is three: not so"


def test_a_check_says_what_it_asks_for():
    def silent(half):
        assert half

    with pytest.raises(ValueError, match="silent has no docstring"):
        course.check(half, silent)


def test_a_long_message_is_cut_short():
    def counts(half):
        """It counts."""
        raise AssertionError(f"expected few, got {list(range(1_000))}")

    (verdict,) = course.check(half, counts)
    assert verdict.failure.startswith("expected few, got [0, 1,")
    assert len(verdict.failure) <= 300
    assert verdict.failure.endswith(" …")
