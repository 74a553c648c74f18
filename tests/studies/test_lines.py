"""Ensembles beside the line through single networks: their distance, its standard error, a plain computation."""

import numpy as np
import pytest
import torch

from ldiv_utils.datasets import load
from ldiv_utils.measures import accuracy, brier
from ldiv_utils.specs import Spec
from ldiv_utils.studies import lines, shown, worth
from ldiv_utils.studies.lines import Kind

SPECS = [Spec(dataset="digits_0_7", batch_size=100, epochs=3, init_seed=seed, precision="float32") for seed in (0, 1)]
SHOWN = shown.Shown(("gaussian_noise",), "made by the book", "the digits 8 and 9, left out of training", 40, 20)


def kind(singles, together):
    """Of places that are the same on two blocks of images, ensembles without a run not known."""
    singles, together = torch.tensor(singles), torch.tensor(together)
    return Kind(singles[:, None].repeat(1, 2, 1), together.repeat(2, 1), torch.zeros(0, 2, 2))


def squares(runs):
    """A kind of R runs, (R, B, 2, d), that score as Brier does: by the squared length of what they predict."""

    def score(each):
        return each.square().sum(-1)

    rest = (runs.sum(0) - runs) / (len(runs) - 1)
    return Kind(score(runs), score(runs.mean(0)), score(rest))


def drawn(draw, middles=(0.2, 0.4, 0.6), runs=4, blocks=10, noise=0.15):
    """Three kinds whose runs and images are drawn anew: a run has its own error, and each block its own for all."""
    images = 0.05 * torch.randn(blocks, 2, 12, generator=draw)
    return [squares(m + images + noise * torch.randn(runs, 1, 2, 12, generator=draw)) for m in middles]


def test_places_leave_clean_images_out_of_the_mean():
    values = torch.tensor([[9.0, 1.0, 2.0, 3.0, 4.0, 5.0]])[..., None]
    assert lines.places(values).tolist() == [[[9, 3]]]


def test_a_line_is_fitted_to_single_networks_alone():
    kinds = [kind([[0.0, 1.0]], [3.0, 7.5]), kind([[1.0, 3.0], [2.0, 5.0]], [0.0, 0.0])]
    assert lines.line_through(kinds) == pytest.approx((2, 1))
    assert lines.above_line(kinds).tolist() == pytest.approx([0.5, -1])


def test_two_networks_make_any_line():
    with pytest.raises(ValueError, match="allowed: three or more"):
        lines.above_line([kind([[0.0, 1.0], [1.0, 1.0]], [0.0, 0.0])])


def test_the_standard_error_leaves_out_runs_and_images():
    """Against NumPy's fit of a line, with each run and each block of images left out by hand."""
    draw = torch.Generator().manual_seed(0)
    runs = [m + torch.randn(n, 3, 2, 4, generator=draw).double() for m, n in ((1, 2), (2, 3), (3, 4))]

    def mean_distance(groups):
        singles = np.concatenate([(g**2).sum(-1).mean(1) for g in groups])
        ends = np.stack([(g.mean(0) ** 2).sum(-1).mean(0) for g in groups])
        slope, height = np.polyfit(*singles.T, 1)
        return (ends[:, 1] - slope * ends[:, 0] - height).mean()

    plain, variance = [group.numpy() for group in runs], 0
    for i, group in enumerate(plain):
        rest = [np.delete(group, r, axis=0) for r in range(len(group))]
        variance += (len(group) - 1) * np.var([mean_distance([*plain[:i], g, *plain[i + 1 :]]) for g in rest])
    variance += 2 * np.var([mean_distance([np.delete(g, b, axis=1) for g in plain]) for b in range(3)])
    kinds = [squares(group.float()) for group in runs]
    assert lines.error_of_mean(kinds).item() == pytest.approx(variance**0.5, rel=1e-3)


def test_it_is_what_new_runs_and_images_change():
    """A simulation: what is told of it, over 150 draws of all, and how far their mean distances spread."""
    draw = torch.Generator().manual_seed(1)
    draws = [drawn(draw) for _ in range(150)]
    found = torch.stack([lines.above_line(kinds).mean() for kinds in draws]).std()
    told = torch.stack([lines.error_of_mean(kinds).square() for kinds in draws]).mean().sqrt()
    assert told.item() == pytest.approx(found.item(), rel=0.25)


def test_temperatures_are_fitted_on_clean_images_of_the_other_half():
    probs = torch.tensor([0.9, 0.1]).expand(2, 8, 2).clone()
    labels = torch.tensor([0, 0, 0, 1, 0, 0, 0, 1])  # odd images: right on half; even ones: on all
    soft = lines.tempered(probs, labels)
    assert brier(soft[:1], labels) > brier(probs[:1], labels)  # each half gets the other's, which is wrong for it
    assert torch.equal(soft[0], soft[1])  # one temperature at every intensity


@pytest.mark.parametrize("score", lines.SCORES)
def test_two_runs_without_one_are_the_other(score):
    found = lines.kind_of(SPECS, SHOWN, "float32", score)
    torch.testing.assert_close(found.without, found.singles.flip(0))


def test_a_kind_agrees_with_a_plain_computation():
    logs = worth.answers(SPECS, SHOWN, "float32")["shifted"]
    labels = load("digits_0_7").test.labels[:40]
    probs = logs.float().softmax(-1)
    for name, score in (("brier", brier), ("accuracy", accuracy)):
        found = lines.kind_of(SPECS, SHOWN, "float32", name)
        torch.testing.assert_close(found.singles[:, :, 0].mean(1), score(probs[:, 0], labels))
        worse = torch.stack([score(at.mean(0, keepdim=True), labels)[0] for at in probs[:, 1:].unbind(1)]).mean()
        torch.testing.assert_close(found.together[:, 1].mean(), worse)
