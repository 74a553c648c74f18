"""Descent of pivots: one pivot is a training run; fixed ends stay; the chain rule; hyperplanes; stop and go on."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from ldiv_utils import datasets, networks
from ldiv_utils.points import bezier, segment
from ldiv_utils.runs import Curve, curve, descent, ends, run, trajectory, tunnels
from ldiv_utils.runs.descent import descend, steps_of, training_gradient
from ldiv_utils.runs.one_epoch import reproducibly
from ldiv_utils.specs import Spec

PLAIN = Spec(dataset="digits", batch_size=100, epochs=2, dropout=0.0, precision="float32")
STEPS = 2 * steps_of(PLAIN)
RATES = torch.full((STEPS,), PLAIN.learning_rate, dtype=torch.float64)
ONE = torch.ones(STEPS, 1)


@pytest.fixture(scope="module")
def starts():
    net = networks.network("small_cnn", (1, 8, 8), 10)
    return torch.stack([networks.initial_point(net, seed) for seed in (0, 1)])


@pytest.mark.parametrize(
    "spec", [PLAIN, replace(PLAIN, optimizer="sgd", weight_decay=1e-3), replace(PLAIN, precision="bfloat16")]
)
def test_one_pivot_is_a_training_run_bit_for_bit(spec, starts):
    trained = descend(spec, starts[:1], ONE, RATES)
    assert trained.pivots[0].equal(run(spec)["points"][-1])


def test_a_descent_stops_and_goes_on_to_the_last_bit(starts):
    spec = replace(PLAIN, dropout=0.2)
    whole = descend(spec, starts[:1], ONE, RATES)
    half = descend(spec, starts[:1], ONE[:5], RATES[:5])
    rest = descend(spec, half.pivots, ONE[5:], RATES[5:], optimizer=half.optimizer, first=5)
    assert rest.pivots.equal(whole.pivots)
    assert torch.cat([half.losses, rest.losses]).equal(whole.losses)


def test_a_killed_descent_goes_on_from_its_last_whole_epoch(starts, tmp_path, monkeypatch):
    whole = descend(PLAIN, starts[:1], ONE, RATES)
    plain, calls = descent.step, []

    def killed_in_the_second_epoch(*arguments):
        calls.append(0)
        if len(calls) == steps_of(PLAIN) + 3:
            raise KeyboardInterrupt
        return plain(*arguments)

    monkeypatch.setattr(descent, "step", killed_in_the_second_epoch)
    with pytest.raises(KeyboardInterrupt):
        descend(PLAIN, starts[:1], ONE, RATES, partial=tmp_path)
    calls.clear()
    monkeypatch.setattr(descent, "step", lambda *arguments: (calls.append(0), plain(*arguments)))
    again = descend(PLAIN, starts[:1], ONE, RATES, partial=tmp_path)
    assert len(calls) == steps_of(PLAIN)  # the second epoch again, the first not
    assert again.pivots.equal(whole.pivots) and again.losses.equal(whole.losses)


def test_a_damaged_file_is_named_and_the_descent_begins_anew(starts, tmp_path):
    whole = descend(PLAIN, starts[:1], ONE, RATES, partial=tmp_path)
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.warns(UserWarning, match=path.name):
        assert descend(PLAIN, starts[:1], ONE, RATES, partial=tmp_path).pivots.equal(whole.pivots)


def test_the_gradient_is_that_of_the_loss_on_the_runs_batch(starts):
    """A second implementation: the module itself, loss.backward()."""
    train = datasets.load("digits").train
    batch = torch.randint(len(train), (steps_of(PLAIN), 100), generator=torch.Generator().manual_seed(1))[3]
    net = networks.network("small_cnn", (1, 8, 8), 10)
    for p, values in zip(net.parameters(), networks.from_point(net, starts[1]).values(), strict=True):
        p.data = values.clone()
    loss = F.cross_entropy(net(train.images[batch]), train.labels[batch])
    loss = loss + 0.01 * sum(layer.weight.square().sum() for layer in net.convolutions)
    loss.backward()
    with reproducibly():
        spec = replace(PLAIN, weight_decay=0.01)
        _, gradient = training_gradient(spec)(starts[1], steps_of(PLAIN) + 3)
    torch.testing.assert_close(gradient, torch.cat([p.grad.flatten() for p in net.parameters()]))


def test_a_pivots_gradient_is_its_coefficient_times_that_at_the_mixture(starts):
    """One step of gradient descent, against autograd through the mixture of the pivots."""
    spec, pivots = replace(PLAIN, optimizer="sgd"), segment(*starts, 4)
    mixture = bezier(torch.tensor([0.3]), 4)
    moved = descend(spec, pivots, mixture, torch.tensor([0.1]), fixed=(0, 3))
    train = datasets.load("digits").train
    batch = torch.randint(len(train), (steps_of(spec), 100), generator=torch.Generator().manual_seed(0))[0]
    net, inner = networks.network("small_cnn", (1, 8, 8), 10), pivots[1:3].clone().requires_grad_()
    theta = mixture[0] @ torch.cat([pivots[:1], inner, pivots[3:]])
    F.cross_entropy(networks.logits(net, theta, train.images[batch]), train.labels[batch]).backward()
    torch.testing.assert_close(moved.pivots[1:3], pivots[1:3] - 0.1 * inner.grad)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_fixed_ends_stay_to_the_bit_even_under_weight_decay_and_nothing_remembers_them(optimizer, starts):
    spec, pivots = replace(PLAIN, optimizer=optimizer, weight_decay=0.1, dropout=0.1), segment(*starts, 3)
    mixture = bezier(torch.rand(STEPS, generator=torch.Generator().manual_seed(0)), 3)
    trained = descend(spec, pivots, mixture, RATES, fixed=(0, 2))
    assert trained.pivots[[0, 2]].equal(pivots[[0, 2]])
    assert not trained.pivots[1].equal(pivots[1])
    assert all(t.numel() in (1, pivots.shape[1]) for t in trained.optimizer.values())


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_no_pivot_leaves_its_hyperplane(optimizer, starts):
    """Adam bends a projected gradient out of the hyperplane; its step is projected as well."""
    normals = torch.linalg.qr(torch.randn(starts.shape[1], 2, generator=torch.Generator().manual_seed(0)))[0].T
    moved = descend(replace(PLAIN, optimizer=optimizer), starts[:1], ONE, RATES, normals=normals).pivots - starts[:1]
    assert moved.norm() > 0.01
    torch.testing.assert_close(moved @ normals.T / moved.norm(), torch.zeros(1, 2), atol=1e-5, rtol=0)


def test_what_does_not_fit_is_refused_in_one_sentence(starts, as_a_user):
    with pytest.raises(ValueError, match="one pivot free or more"):
        descend(PLAIN, starts, ONE, RATES)
    with pytest.raises(ValueError, match="one pivot free or more"):
        descend(PLAIN, starts[:1], ONE, RATES, fixed=(0,))
    with pytest.raises(ValueError, match="lower its rates"):
        descend(replace(PLAIN, optimizer="sgd"), starts[:1], ONE, RATES * 1e6)


def test_a_curve_lowers_the_loss_between_two_solutions_and_keeps_them(starts):
    spec = replace(PLAIN, epochs=5)
    other = replace(spec, init_seed=1, batch_seed=1)
    for one in (spec, other):
        trajectory(one)  # here, not in processes of their own
    found = curve(spec, other, Curve(epochs=3))
    solutions = ends([spec, other])
    assert found["pivots"][[0, 2]].equal(solutions)
    assert found["losses"].shape == (3,)
    assert found["losses"][-1] < found["losses"][0]


def test_the_rate_of_a_curve_is_flat_then_falls_then_is_flat():
    """Garipov et al.: constant to a half, in a line to 1 % at 90 %."""
    rates = tunnels.curve_rates(2.0, 100)
    assert rates[:51].tolist() == [2.0] * 51
    torch.testing.assert_close(rates[70], torch.tensor(2 * (1 + 0.01) / 2, dtype=torch.float64))
    torch.testing.assert_close(rates[90:], torch.full((10,), 0.02, dtype=torch.float64))


@pytest.mark.parametrize("wrong", [{"kind": "spline"}, {"bends": 0}, {"epochs": 0}])
def test_a_curve_that_cannot_be_trained_is_refused(wrong, as_a_user):
    with pytest.raises(ValueError, match="allowed: "):
        Curve(**wrong)
