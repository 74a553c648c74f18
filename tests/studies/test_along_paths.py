"""What the networks along a path do, against `predict` and the measures, one by one or all at once."""

import torch

from ldiv_utils import datasets, measures, networks, predict
from ldiv_utils.points import segment
from ldiv_utils.specs import Spec
from ldiv_utils.studies import paths

SPEC = Spec(dataset="digits", precision="float32")
NET = networks.network("small_cnn", (1, 8, 8), 10)


def test_points_that_come_one_by_one_are_seen_as_those_that_come_together():
    points = segment(networks.initial_point(NET, 0), networks.initial_point(NET, 1), 4)
    few = paths.first(datasets.load("digits").test, 50)
    seen, streamed = paths.seen(SPEC, points, few), paths.seen(SPEC, iter(points), few)
    probs = predict.predict(SPEC, points, few.images)
    torch.testing.assert_close(seen["loss"], -measures.log_likelihood(probs, few.labels))
    assert seen["accuracy"].equal(measures.accuracy(probs, few.labels))
    assert seen["labels"].equal(probs.argmax(-1).to(torch.uint8))
    assert all(seen[name].equal(streamed[name]) for name in seen)
