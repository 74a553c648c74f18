"""Stored results side by side: the same as one by one, in order, and only what is missing is computed."""

import torch

from ldiv_utils import datasets
from ldiv_utils.runs import Curve, beside, curve
from ldiv_utils.specs import Spec
from ldiv_utils.store import memo

HOW = Curve(epochs=1)


def specs(name, count):
    shared = {"dataset": name, "batch_size": 100, "epochs": 1, "precision": "float32"}
    return [Spec(**shared, init_seed=i, batch_seed=i) for i in range(count)]


def test_side_by_side_is_one_by_one():
    a, b, c = specs("digits", 3)
    found = beside(curve, [(a, b, HOW), (b, c, HOW)], jobs=2)
    alone = [curve.__wrapped__(*call) for call in [(a, b, HOW), (b, c, HOW)]]
    assert all(one["pivots"].equal(other["pivots"]) for one, other in zip(found, alone, strict=True))
    assert all(memo.exists(curve.recipe(*call)) for call in [(a, b, HOW), (b, c, HOW)])


def test_a_worker_knows_the_readers_own_images():
    digits = datasets.load("digits")
    own = datasets.from_arrays(digits.train.images.numpy(), digits.train.labels.numpy())
    datasets.register("mine", lambda: own)
    a, b, c = specs("mine", 3)
    found = beside(curve, [(a, b, HOW), (b, c, HOW)], jobs=2)
    assert all(torch.isfinite(one["losses"]).all() for one in found)
