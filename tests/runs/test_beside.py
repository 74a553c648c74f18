"""Stored results side by side: the same as one by one, in order, also on images that the reader registered."""

from ldiv_utils import datasets
from ldiv_utils.runs import Curve, bends, beside, trajectory
from ldiv_utils.specs import Spec
from ldiv_utils.store import memo


def test_side_by_side_is_one_by_one_also_where_a_worker_must_be_told_of_the_images():
    digits = datasets.load("digits")
    arrays = [t.numpy()[:200] for split in (digits.train, digits.test) for t in (split.images, split.labels)]
    datasets.register("beside_mine", lambda: datasets.from_arrays("beside_mine", *arrays))
    shared = {"dataset": "beside_mine", "batch_size": 100, "epochs": 1, "precision": "float32"}
    a, b, c = (Spec(**shared, init_seed=i, batch_seed=i) for i in range(3))
    for spec in (a, b, c):
        trajectory(spec)
    calls = [(a, b, Curve(epochs=1)), (b, c, Curve(epochs=1))]
    found = beside(bends, calls, jobs=2)
    assert all(memo.exists(bends.recipe(*call)) for call in calls)
    for call, result in zip(calls, found, strict=True):
        assert result.origin == "stored"  # by a worker
        assert result["bends"].equal(bends.__wrapped__(*call)["bends"])
