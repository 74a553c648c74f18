"""The benchmarks compare like with like."""

import importlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ldiv_utils import datasets
from ldiv_utils.networks import from_point, initial_point, logits, network
from ldiv_utils.points import bezier, segment

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    """A benchmark's module by its name."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def test_the_usual_network_is_the_books(bench):
    usual, ours = bench("bench_train").usual_network().eval(), network("small_cnn", (3, 32, 32), 10)
    initial_point(ours, 0)
    with torch.no_grad():
        for copy, parameter in zip(usual.parameters(), ours.parameters(), strict=True):
            copy.copy_(parameter)
        images = torch.randn(8, 3, 32, 32, generator=torch.Generator().manual_seed(0))
        torch.testing.assert_close(usual(images), ours(images))


def test_the_usual_network_of_the_plane_is_the_books(bench):
    plane = bench("bench_plane")
    usual, ours = plane.usual_network(), network("medium_cnn", (3, 32, 32), 10)
    theta = initial_point(ours, 0)
    with torch.no_grad():
        for copy, parameter in zip(usual.parameters(), from_point(ours, theta).values(), strict=True):
            copy.copy_(parameter)
        images = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))
        torch.testing.assert_close(usual(images), logits(ours, theta, images), atol=1e-4, rtol=1e-4)


def test_a_usual_prediction_of_samples_is_that_of_predict(bench, monkeypatch):
    """Two samples of MediumCNN, one module after the other and by the book: equal to the tolerance of bfloat16."""
    both = bench("bench_predict")
    monkeypatch.setattr(both, "WORKERS", 0)
    own = datasets.from_arrays("colours", *2 * (torch.zeros(40, 3, 32, 32).byte(), torch.arange(40) % 10), held_out=1)
    datasets.register("colours", lambda: own)  # CIFAR-10 may not be at hand
    monkeypatch.setattr(both, "SPEC", replace(both.SPEC, dataset="colours"))
    net = network("medium_cnn", (3, 32, 32), 10)
    samples = torch.stack([initial_point(net, seed) for seed in (0, 1)]) / 1.5  # raw pixels, modest logits
    colours = torch.randint(256, (24, 3, 2, 2), generator=torch.Generator().manual_seed(0)).byte()
    images = colours.repeat_interleave(16, 2).repeat_interleave(16, 3)
    usual = both.predict_as_usual(samples, both.Pictures(images))
    book = both.predict_as_the_book(samples, images)
    torch.testing.assert_close(usual.float(), book, atol=0.03, rtol=0)
    assert usual.std(0).max() > 0.03  # else any two would be equal


def test_the_usual_curve_is_the_books_and_only_its_bend_learns(bench):
    """The same outputs at t, and the same gradient at the bend: its coefficient times that at the network."""
    usual, ours = bench("bench_curve").UsualCurve().eval(), network("small_cnn", (3, 32, 32), 10)
    pivots = segment(initial_point(ours, 0), initial_point(ours, 1), 3)
    pivots[1] += 0.01 * torch.randn(pivots.shape[1], generator=torch.Generator().manual_seed(2))
    layers = [*usual.convolutions, usual.dense]
    with torch.no_grad():
        for i, pivot in enumerate(pivots):
            copies = [p for layer in layers for p in layer.copies[i].parameters()]
            for copy, parameter in zip(copies, from_point(ours, pivot).values(), strict=True):
                copy.copy_(parameter)
    images, t = torch.randn(8, 3, 32, 32, generator=torch.Generator().manual_seed(0)), torch.tensor(0.3)
    theta = (bezier(t[None], 3)[0] @ pivots).requires_grad_()
    outputs = logits(ours, theta, images)
    torch.testing.assert_close(usual(images, t), outputs)
    usual(images, t).square().sum().backward()
    [at_theta] = torch.autograd.grad(outputs.square().sum(), theta)
    learnt = [p.grad for layer in layers for p in layer.parameters() if p.grad is not None]
    torch.testing.assert_close(torch.cat([g.flatten() for g in learnt]), 0.42 * at_theta, rtol=1e-3, atol=1e-4)


def test_flops_counted_by_hand(bench):
    convolutions = [
        2 * 9 * before * after * side**2 for before, after, side in [(3, 16, 32), (16, 32, 16), (32, 32, 8)]
    ]
    forward = sum(convolutions) + 2 * 512 * 10
    backward = 2 * forward - convolutions[0]  # by weights and by inputs, but not by the images
    assert bench("bench_train").flops_per_image() == forward + backward


def test_loop_and_vmap_compute_the_same_gradients(bench):
    vmap = bench("bench_vmap")
    parameters, images, labels = vmap.inputs()
    few = parameters, images[:, :4], labels[:, :4]
    stacked = vmap.mapped(*few).values()
    for i, gradients in enumerate(vmap.looped(*few)):
        for ours, theirs in zip(gradients, stacked, strict=True):
            torch.testing.assert_close(ours, theirs[i], rtol=1e-4, atol=1e-5)
