"""The sampler: a Gaussian with the right spread at two temperatures, many modes by cycles, and plain descent when cold.

The update is that of the networks; the gradients here are exact."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils.datasets.images import facts
from ldiv_utils.points.mixtures import lattice, mixture_gradient, visited
from ldiv_utils.runs.cycles import Cycle, cyclic_rates, initial
from ldiv_utils.runs.descent import training_gradient
from ldiv_utils.runs.one_epoch import reproducibly
from ldiv_utils.runs.sampling import FRICTION, OWN_STREAM, Chain, move, sampled, samples, walk
from ldiv_utils.specs import Spec

SPEC = Spec(dataset="digits", batch_size=200, epochs=1, dropout=0.0, precision="float32")


@pytest.mark.parametrize("temperature", [1.0, 0.5])
@pytest.mark.parametrize("images", [1, 50])
def test_a_gaussian_has_its_variance(temperature, images):
    """Of N images, each with the loss θ² / 2 k: the density exp(−N L / T) is a normal one of variance k T / N."""
    k, start = 3.0, torch.zeros(4000, 1, dtype=torch.float64)
    path = walk(lambda theta: theta / k, start, torch.full((1500,), 0.03), temperature / images, seed=0)
    assert abs(path[700:].var() / (k * temperature / images) - 1) < 0.05
    assert abs(path[700:].mean()) < 0.05 * (k * temperature / images) ** 0.5


def test_a_cold_step_is_descent_with_momentum():
    """Against torch's own, with its way of writing the velocity: v = −η buffer at a constant rate."""
    theta, gradient = torch.randn(2, 5, generator=torch.Generator().manual_seed(0))
    theirs, velocity, ours = theta.clone().requires_grad_(), torch.zeros(5), theta.clone()
    optimizer = torch.optim.SGD([theirs], lr=0.1, momentum=1 - FRICTION)
    for _ in range(4):
        theirs.grad = gradient * theirs.detach()
        optimizer.step()
        ours, velocity = move(ours, velocity, gradient * ours, 0.1, 0.0, torch.randn(5))
    torch.testing.assert_close(ours, theirs.detach())


def test_the_noise_of_a_step_has_its_size():
    """√(2 γ η T / N) by hand: γ = 0.1, η = 0.2, T = 1, N = 25 give 0.04."""
    noise = torch.ones(3)
    _, velocity = move(torch.zeros(3), torch.zeros(3), torch.zeros(3), 0.2, 1 / 25, noise)
    torch.testing.assert_close(velocity, torch.full((3,), 0.04))


def test_by_cycles_a_chain_finds_more_of_25_modes_than_at_their_mean_rate():
    centres, start = lattice(5), torch.zeros(20, 2, dtype=torch.float64)
    cyclic = cyclic_rates(Cycle(1, 0.04), 200).repeat(10)
    found = []
    for rates in (cyclic, torch.full_like(cyclic, cyclic.mean().item())):
        path = walk(lambda theta: mixture_gradient(theta, centres, 0.12), start, rates, 1.0, seed=1)
        found.append(visited(path, centres, 0.24).sum(1).double().mean().item())
    assert found[0] > found[1] + 3


def test_a_chain_at_temperature_0_is_descent_with_momentum_written_out():
    chain = Chain(Cycle(2, 0.05), 0.0)
    theta, velocity = initial(SPEC), 0.0
    rates = cyclic_rates(chain.cycle, 8).repeat(2).tolist()
    with reproducibly():
        gradient = training_gradient(SPEC)
        for s, rate in enumerate(rates):
            velocity = 0.9 * velocity - rate * gradient(theta, s)[1]
            theta = theta + velocity
    assert torch.allclose(sampled(SPEC, chain, 1)["point"], theta, atol=1e-6)


def test_a_noisy_chain_has_the_temperature_over_the_number_of_images_written_out():
    """Two epochs of which the last is noisy; at T itself in place of T / N the noise would be far larger."""
    chain, images = Chain(Cycle(2, 0.05), 0.5), facts(SPEC.dataset).train
    theta, velocity = initial(SPEC), 0.0
    rates = cyclic_rates(chain.cycle, 8).tolist()
    with reproducibly():
        gradient = training_gradient(SPEC)
        for s, rate in enumerate(rates):
            velocity = 0.9 * velocity - rate * gradient(theta, s)[1]
            if s >= 4:
                draw = torch.Generator().manual_seed(SPEC.batch_seed * 1_000_003 + OWN_STREAM + s)
                z = torch.randn(theta.shape, generator=draw)
                velocity = velocity + (2 * 0.1 * rate * 0.5 / images) ** 0.5 * z
            theta = theta + velocity
    assert torch.allclose(sampled(SPEC, chain, 0)["point"], theta, atol=1e-5)


def test_noise_comes_in_the_last_epochs_of_a_cycle_alone():
    cold, warm = (Chain(Cycle(1, 0.05), temperature) for temperature in (0.0, 1.0))
    late = replace(warm, cycle=Cycle(2, 0.05))
    quiet = replace(late, noisy=0)
    points = {name: sampled(SPEC, chain, 0)["point"] for name, chain in (("late", late), ("quiet", quiet))}
    assert sampled(SPEC, quiet, 0)["point"].equal(sampled(SPEC, replace(quiet, temperature=0.0), 0)["point"])
    assert not points["late"].equal(points["quiet"])
    assert not sampled(SPEC, warm, 0)["point"].equal(sampled(SPEC, cold, 0)["point"])


def test_the_noise_hangs_on_the_seed_of_the_batches_and_the_step():
    chain = Chain(Cycle(1, 0.05), 1.0)
    once = sampled.__wrapped__(SPEC, chain, 1)
    assert once["point"].equal(sampled.__wrapped__(SPEC, chain, 1)["point"])
    other = sampled(replace(SPEC, batch_seed=1), chain, 1)
    assert not once["point"].equal(other["point"])


def test_samples_are_the_ends_of_cycles():
    chain = Chain(Cycle(1, 0.05), 1.0)
    both = samples(SPEC, chain, 2)["points"]
    assert both.dtype == torch.float16 and both[0].equal(sampled(SPEC, chain, 0)["point"].half())


def test_a_rate_that_is_too_high_is_said():
    with pytest.raises(ValueError, match="no longer finite at step"):
        sampled(SPEC, Chain(Cycle(5, 1e6), 0.0), 0)


@pytest.mark.parametrize("wrong", [(-1.0, 1), (1.0, 3), (1.0, -1), (float("nan"), 1)])
def test_a_chain_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="allowed: a restart, 0 or more"):
        Chain(Cycle(2, 0.1), *wrong)
    with pytest.raises(ValueError, match="allowed: a restart"):
        Chain(Cycle(2, 0.1, 0.0, "triangle"), 1.0)
