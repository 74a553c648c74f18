"""Studies of similarity against a plain second way, on two tiny runs."""

from dataclasses import replace

import pytest
import torch

from ldiv_utils import datasets, networks
from ldiv_utils.predict import predict
from ldiv_utils.runs import train
from ldiv_utils.specs import Spec
from ldiv_utils.studies import similarity

SPECS = [Spec(dataset="digits", batch_size=200, epochs=3, init_seed=seed, batch_seed=seed) for seed in range(2)]
NORMALISED = [replace(spec, architecture="resnet20", epochs=1, dropout=0.0) for spec in SPECS]


def labels(points, split):
    return predict(SPECS[0], points, getattr(datasets.load("digits"), split).images).argmax(-1)


def differing(a, b):
    return (a != b).float().mean().item()


def angle(a, b):
    return torch.nn.functional.cosine_similarity(a, b, dim=0).item()


def test_one_run_compares_all_checkpoints_with_all():
    points = train(SPECS[:1])[0]["points"]
    held_out, run = labels(points, "validation"), similarity.one_run(SPECS[0])
    assert run["cosine"].shape == run["disagreement"].shape == (4, 4)
    for i in range(4):
        for j in range(4):
            assert run["cosine"][i, j].item() == pytest.approx(angle(points[i], points[j]), abs=1e-5)
            assert run["disagreement"][i, j].item() == pytest.approx(differing(held_out[i], held_out[j]))
    assert run["start"][held_out[0].mode().values].item() == run["start"].max().item()
    assert run["start"].sum().item() == pytest.approx(1)


def test_optima_are_the_ends_and_within_is_among_a_run_s_own_checkpoints():
    points = [run["points"] for run in train(SPECS)]
    result = similarity.optima(SPECS)
    assert result["cosine"][0, 1].item() == pytest.approx(angle(points[0][-1], points[1][-1]), abs=1e-5)
    for split, key in (("validation", "disagreement"), ("test", "test_disagreement")):
        first, second = labels(torch.stack([points[0][-1], points[1][-1]]), split)
        assert result[key][0, 1].item() == pytest.approx(differing(first, second))
    late = labels(points[0][1:], "validation")  # without the initial weights, all that there are
    pairs = [differing(late[i], late[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert result["within"][0].item() == pytest.approx(sum(pairs) / 3)
    right = labels(points[1][-1:], "test")[0] == datasets.load("digits").test.labels
    assert result["test_accuracy"][1].item() == pytest.approx(right.float().mean().item())


def test_scales_of_batch_normalisation_are_left_out_and_nothing_else():
    ends = [run["points"][-1] for run in train(NORMALISED)]
    net = networks.network("resnet20", (1, 8, 8), 10)
    scales = {f"{name}.weight" for name, part in net.named_modules() if isinstance(part, torch.nn.BatchNorm2d)}
    rest = [
        torch.cat([w.flatten() for n, w in networks.from_point(net, end).items() if n not in scales]) for end in ends
    ]
    assert scales
    assert similarity.cosine_without_scales(NORMALISED)["cosine"][0, 1].item() == pytest.approx(angle(*rest), abs=1e-5)


def test_scales_are_found_by_what_they_are_and_not_by_a_name():
    """Here a layer without scales is called so, and one with scales is not."""
    nn = torch.nn
    net = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(3))
    net.add_module("norm", nn.Linear(3, 2))
    net.add_module("plain", nn.BatchNorm1d(2, affine=False))
    assert networks.batch_norm_scales(net).tolist() == [True] * 3 + [False] * (3 + 6 + 2)


def test_runs_are_compared_after_the_epoch_asked_for():
    points = torch.stack([run["points"][2] for run in train(SPECS)])
    found, result = labels(points, "test"), similarity.after_epoch(SPECS, 2)
    assert result["disagreement"].tolist() == pytest.approx([differing(*found)])
    right = found == datasets.load("digits").test.labels
    assert result["accuracy"].tolist() == pytest.approx(right.float().mean(1).tolist())
