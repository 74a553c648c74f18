"""The fitted temperature: planted ones are found, and labels alone decide."""

import pytest
import torch

from ldiv_utils.measures import fitted_temperature, log_likelihood


@pytest.mark.parametrize("planted", [0.5, 1.0, 2.0])
def test_a_planted_temperature_is_found(planted):
    """Labels drawn from p; a network that predicts p to the power of the temperature is too sure by it."""
    draw = torch.Generator().manual_seed(0)
    probs = torch.randn(20_000, 4, generator=draw).softmax(-1)
    labels = probs.multinomial(1, generator=draw)[:, 0]
    sure = (planted * probs.log()).softmax(-1)
    assert abs(fitted_temperature(sure, labels) / planted - 1) < 0.06


def test_it_is_the_best_of_a_fine_search():
    draw = torch.Generator().manual_seed(1)
    probs = (2 * torch.randn(300, 3, generator=draw)).softmax(-1)
    labels = probs.sqrt().multinomial(1, generator=draw)[:, 0]
    best = fitted_temperature(probs, labels)
    tried = torch.stack([(probs.log() / t).softmax(-1) for t in (best / 1.04, best, best * 1.04)])
    assert log_likelihood(tried, labels).argmax() == 1


def test_a_sure_network_that_errs_half_the_time_is_made_modest_and_one_that_is_right_surer():
    probs = torch.tensor([[0.9, 0.1]] * 4)
    half = fitted_temperature(probs, torch.tensor([0, 1, 0, 1]))
    assert half == 8  # as modest as the list goes
    assert fitted_temperature(probs, torch.zeros(4, dtype=torch.long)) == 0.25
    three = fitted_temperature(probs, torch.tensor([0, 0, 0, 1]))  # 9^(1/T) = 3
    assert abs(three - 2) < 0.03


def test_a_class_without_a_chance_is_no_error():
    assert fitted_temperature(torch.tensor([[1.0, 0.0], [1.0, 0.0]]), torch.tensor([0, 1])) == 8
