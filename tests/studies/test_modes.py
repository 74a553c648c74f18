"""Cuts between solutions, at the places where they can be had another way."""

from dataclasses import replace

import torch

from ldiv_utils.datasets import load
from ldiv_utils.measures import log_likelihood
from ldiv_utils.predict import predict
from ldiv_utils.runs import ends, late_points
from ldiv_utils.specs import Spec
from ldiv_utils.studies import modes

TINY = Spec(dataset="digits", batch_size=200, epochs=3)
SPECS = [replace(TINY, init_seed=seed, batch_seed=seed) for seed in range(3)]


def test_lines_pass_through_the_solutions_and_the_middles_between():
    one, two, three = solutions = ends(SPECS)
    lines = modes.along_lines(SPECS, steps=4)
    places = torch.stack([one, (one + two) / 2, two, (two + three) / 2, three])
    at = torch.tensor([1, 3, 5, 7, 9])
    expected = modes.negative_losses(TINY, places)
    torch.testing.assert_close(lines["values"][:, at], expected, atol=1e-4, rtol=1e-4)
    legs = (solutions[1:] - solutions[:-1]).norm(dim=1)
    way = torch.stack([torch.tensor(0.0), legs[0] / 2, legs[0], legs[0] + legs[1] / 2, legs.sum()])
    torch.testing.assert_close(lines["distance"][at], way)
    held_out = load("digits").validation
    probs = predict(TINY, solutions, held_out.images[:1000])
    torch.testing.assert_close(expected[1, [0, 2, 4]], log_likelihood(probs, held_out.labels[:1000]))


def test_the_line_towards_a_neighbour_ends_there_and_shows_little_of_the_gaussian():
    one, two = ends(SPECS[:2])
    near = modes.towards(SPECS, steps=5)
    torch.testing.assert_close(near["distance"][-1], (two - one).norm())
    expected = modes.negative_losses(TINY, two[None])
    torch.testing.assert_close(near["values"][:, -1:], expected, atol=1e-4, rtol=1e-4)
    sigma, u = late_points(SPECS[:1])[0].std(0, correction=0), (two - one) / (two - one).norm()
    z = torch.randn(4_000, len(u), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close((sigma * z @ u).std(), near["projected"], rtol=0.05, atol=0)
    torch.testing.assert_close((sigma * z).norm(dim=1).mean(), near["radius"], rtol=0.05, atol=0)
