"""Numbers to fit: where they lie, how noisy they are, and in what units a network sees them."""

import pytest
import torch

from ldiv_utils.datasets import regression


def test_each_cluster_has_a_third_of_the_points():
    x, _ = regression.clusters(30, 0.2, 0)
    assert [((x >= low) & (x <= high)).sum().item() for low, high in regression.CLUSTERS] == [10, 10, 10]


def test_noise_is_a_standard_deviation_and_nothing_is_scaled_after_it():
    x, y = regression.clusters(30_000, 0.2, 0)
    assert (y - regression.law(x)).std().item() == pytest.approx(0.2, rel=0.02)


def test_another_seed_gives_other_points():
    assert not torch.equal(regression.clusters(3, 0.2, 0)[0], regression.clusters(3, 0.2, 1)[0])


def test_features_are_of_order_one_wherever_functions_are_looked_at():
    seen = regression.features(torch.linspace(-regression.REACH, regression.REACH, 81))
    assert seen.abs().max() <= 4
    assert seen[-1].tolist() == [2, 4]


def test_on_the_data_between_and_beyond_are_told_apart():
    x = torch.tensor([-10.0, -5.0, -3.0, 0.0, 2.0, 6.0, 8.0])
    assert regression.inside(x).tolist() == [False, True, False, True, False, True, False]
    assert regression.between(x).tolist() == [False, False, True, False, True, False, False]


def test_a_cubic_has_its_noise():
    x, y = regression.cubic(20_000, 3.0, 0)
    assert x.abs().max() <= 4
    assert (y - x**3).std().item() == pytest.approx(3, rel=0.02)


@pytest.mark.parametrize("count", [0, 4])
def test_points_come_in_threes(count):
    with pytest.raises(ValueError, match=f"{count} points were asked for; allowed: 3, 6, 9"):
        regression.clusters(count, 0.2, 0)
