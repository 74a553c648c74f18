"""Tunnels by hyperplanes: every pivot stays in its own, and begins where it should."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.networks import initial_point, network
from ldiv_utils.points import segment
from ldiv_utils.runs import hyperplanes as module
from ldiv_utils.runs.descent import Descended
from ldiv_utils.runs.hyperplanes import Hyperplanes, hyperplanes, order
from ldiv_utils.specs import Spec

SPEC = Spec(dataset="digits", batch_size=400, precision="float32")
SPECS = [SPEC, replace(SPEC, init_seed=1)]


@pytest.fixture
def optima(monkeypatch):
    """Two networks at their initial weights stand for the ends of runs."""
    net = network("small_cnn", (1, 8, 8), 10)
    both = torch.stack([initial_point(net, seed) for seed in (0, 1)])
    monkeypatch.setattr(module, "ends", lambda specs: both)
    return both


@pytest.mark.parametrize("begin", ["line", "both ends", "one end"])
def test_pivots_move_at_right_angles_to_the_line(optima, begin):
    a, b = optima
    result = hyperplanes.__wrapped__(*SPECS, Hyperplanes(inner=4, epochs=1, learning_rate=1e-2, begin=begin))
    gone, line = result["inner"] - segment(a, b, 6)[1:-1], (b - a) / (b - a).norm()
    assert (gone.norm(dim=1) > 0.1).all()
    assert ((gone @ line).abs() < 1e-5 * gone.norm(dim=1)).all()
    assert result["losses"].shape == (4, 1) and (result["losses"] > 0).all()


def test_which_pivot_begins_from_which():
    assert order(4, "line") == [(1, None), (2, None), (3, None), (4, None)]
    assert order(4, "both ends") == [(1, 0), (2, 1), (4, 5), (3, 4)]
    assert order(3, "both ends") == [(1, 0), (2, 1), (3, 4)]
    assert order(3, "one end") == [(1, 0), (2, 1), (3, 2)]


def test_a_neighbour_s_way_is_carried_on(optima, monkeypatch):
    """Each pivot goes one length out of the line, in a direction of its own: from both ends two add up."""
    a, b = optima
    begun = []

    def descend(spec, pivots, mixture, rates, normals, first, partial):
        begun.append(pivots[0])
        return Descended(pivots + len(begun), {}, torch.ones(len(rates)))

    monkeypatch.setattr(module, "descend", descend)
    line, how = segment(a, b, 6), Hyperplanes(inner=4, epochs=1)
    warm = hyperplanes.__wrapped__(*SPECS, how)["inner"]
    torch.testing.assert_close(torch.stack(begun), line[[1, 2, 4, 3]] + torch.tensor([0.0, 1, 0, 3])[:, None])
    torch.testing.assert_close(warm, line[1:-1] + torch.tensor([1.0, 3, 7, 3])[:, None])
    begun.clear()
    hyperplanes.__wrapped__(*SPECS, replace(how, begin="line"))
    torch.testing.assert_close(torch.stack(begun), line[1:-1])


def test_where_it_stands_is_the_share_of_the_line():
    how = Hyperplanes(inner=3)
    torch.testing.assert_close(how.at(torch.tensor([0.0, 0.375])), torch.tensor([[1, 0, 0, 0, 0], [0, 0.5, 0.5, 0, 0]]))


@pytest.mark.parametrize("wrong", [{"inner": 0}, {"epochs": 0}, {"begin": "warm"}])
def test_what_cannot_be_is_refused(as_a_user, wrong):
    with pytest.raises(ValueError, match="allowed:"):
        Hyperplanes(**wrong)
