"""Stored results side by side: the same as one by one, in order, also on a cluster and on images of the reader's."""

from dataclasses import replace

import joblib
import pytest
from dask.distributed import Client, LocalCluster

from ldiv_utils import datasets
from ldiv_utils.runs import Chain, Curve, Cycle, Tail, bends, beside, samples, snapshots, tail, trajectory
from ldiv_utils.specs import Spec
from ldiv_utils.store import audit, memo

SPEC = Spec(dataset="digits", batch_size=200, epochs=1, dropout=0.0, precision="float32")


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


def test_cycles_chains_and_tails_go_to_a_cluster_by_the_same_call():
    specs = [replace(SPEC, init_seed=seed, batch_seed=seed) for seed in range(2)]
    for spec in specs:
        trajectory(spec)
    cycle = Cycle(1, 0.02)
    jobs = (
        (snapshots, [(spec, cycle, 2) for spec in specs]),
        (samples, [(spec, Chain(cycle, 1.0), 2) for spec in specs]),
        (tail, [(spec, Tail(2)) for spec in specs]),
    )
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs="ERROR") as cluster,
        Client(cluster),
        joblib.parallel_config("dask"),
    ):
        there = [beside(function, calls) for function, calls in jobs]
    for (function, calls), found in zip(jobs, there, strict=True):
        for call, result in zip(calls, found, strict=True):
            assert result.origin == "stored"  # by a worker
            assert result["points"].equal(function.__wrapped__(*call)["points"])


def test_while_a_published_result_is_computed_again_no_worker_trains():
    """A worker would not know, and train: the tails behind a published score, say."""
    specs = [replace(SPEC, init_seed=seed) for seed in range(2)]
    with audit._computing_again(), pytest.raises(audit.NotAtHand):
        beside(trajectory, [(spec,) for spec in specs], jobs=2)
    assert not any(memo.exists(trajectory.recipe(spec)) for spec in specs)
