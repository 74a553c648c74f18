"""The jackknife, against standard errors that are known exactly."""

import pytest
import torch

from ldiv_utils.measures import jackknife_error


def without(values):
    """The mean of a sample without each of its members."""
    return (values.sum() - values) / (len(values) - 1)


def test_of_a_mean_it_is_the_standard_error():
    values = torch.tensor([1.0, 2.0, 6.0])
    torch.testing.assert_close(jackknife_error([without(values)]), torch.tensor(7 / 3).sqrt())  # s² = 7, by hand


def test_of_a_difference_of_two_means_the_variances_add():
    draw = torch.Generator().manual_seed(0)
    a, b = torch.randn(5, generator=draw), 3 * torch.randn(8, generator=draw)
    expected = (a.var() / 5 + b.var() / 8).sqrt()
    torch.testing.assert_close(jackknife_error([without(a) - b.mean(), a.mean() - without(b)]), expected)


def test_one_member_tells_no_spread():
    with pytest.raises(ValueError, match=r"samples of \[3, 1\] were given; allowed: of two or more"):
        jackknife_error([torch.zeros(3), torch.zeros(1)])
