"""Training: the same spec gives the same bytes, resumed or not, alone or beside others; and it is what it says."""

import subprocess
import sys
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from ldiv_utils import datasets, networks, paths
from ldiv_utils.runs import many, one_epoch, optimizers, training
from ldiv_utils.runs.schedules import learning_rate
from ldiv_utils.specs import Spec
from ldiv_utils.store import files, memo

TINY = Spec(dataset="digits", batch_size=64, epochs=3)
RESNET = replace(
    TINY,
    architecture="resnet20",
    scaling="centred",
    schedule="steps",
    dropout=0.0,
    weight_decay=1e-4,
    augmentation="shift_flip",
)


def file_of(spec):
    return paths.runs() / memo.file_name(training.trajectory.recipe(spec))


@pytest.mark.parametrize("spec", [TINY, replace(TINY, optimizer="sgd", learning_rate=0.01), RESNET])
def test_an_interrupted_run_ends_with_the_same_bytes(spec, monkeypatch):
    whole = training.trajectory(spec)
    file_of(spec).unlink()

    plain, calls = training.one_epoch, []

    def killed_in_the_third_epoch(*arguments):
        calls.append(0)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return plain(*arguments)

    monkeypatch.setattr(training, "one_epoch", killed_in_the_third_epoch)
    with pytest.raises(KeyboardInterrupt):
        training.trajectory(spec)
    assert not file_of(spec).exists()
    training.trajectory(spec)
    assert len(calls) == 4  # the third epoch again, the first two not
    resumed = files.read(file_of(spec), training.trajectory.recipe(spec))[0]
    assert all(resumed[name].equal(values) for name, values in whole.items())
    assert not memo.partial(training.trajectory.recipe(spec)).exists()


def test_a_damaged_epoch_is_named_and_computed_again():
    training.trajectory(TINY)
    whole = file_of(TINY).read_bytes()
    file_of(TINY).unlink()
    partial = memo.partial(training.trajectory.recipe(TINY))
    training.run(TINY, partial=partial)
    damaged = partial / "epoch-002.safetensors"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.warns(UserWarning, match="epoch-002.safetensors is not a whole file"):
        training.trajectory(TINY)
    assert file_of(TINY).read_bytes() == whole


def test_threads_and_the_global_generator_change_nothing_and_are_left_alone():
    threads = torch.get_num_threads()
    torch.manual_seed(1)
    first = training.run(replace(TINY, epochs=1))["points"]
    drawn = torch.rand(1)
    torch.set_num_threads(threads + 1)
    torch.manual_seed(1)
    second = training.run(replace(TINY, epochs=1))["points"]
    assert first.equal(second)
    assert drawn.equal(torch.rand(1))
    assert torch.get_num_threads() == threads + 1
    torch.set_num_threads(threads)


def test_side_by_side_gives_the_same_bytes_as_alone(tmp_path, monkeypatch):
    specs = [replace(TINY, init_seed=seed) for seed in range(3)]
    together = many.train(specs, jobs=2)
    files = [file_of(spec).read_bytes() for spec in specs]
    monkeypatch.setenv("LDIV_RUNS", str(tmp_path / "alone"))
    alone = [training.trajectory(spec) for spec in specs]
    assert [file_of(spec).read_bytes() for spec in specs] == files
    assert all(a["points"].equal(b["points"]) for a, b in zip(together, alone, strict=True))


@pytest.mark.parametrize(("workers", "threads"), [(2, 1), (1, 2)])
def test_a_dask_cluster_takes_the_same_call(workers, threads):
    import joblib
    from dask.distributed import Client, LocalCluster

    specs = [replace(TINY, epochs=1, init_seed=seed) for seed in range(2)]
    with (
        LocalCluster(n_workers=workers, threads_per_worker=threads, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        with joblib.parallel_config("dask"):
            there = many.train(specs)
        assert len(client.scheduler_info()["workers"]) == workers
    for spec, run in zip(specs, there, strict=True):
        assert run["points"].equal(training.run(spec)["points"])


def test_seeds_act_apart():
    base = training.trajectory(replace(TINY, epochs=1))["points"]
    other_batches = training.trajectory(replace(TINY, epochs=1, batch_seed=1))["points"]
    other_start = training.trajectory(replace(TINY, epochs=1, init_seed=1))["points"]
    assert base[0].equal(other_batches[0])
    assert not base[1].equal(other_batches[1])
    assert not base[0].equal(other_start[0])


def test_one_epoch_is_plain_adam_on_the_cross_entropy():
    """A second implementation: an ordinary module, ordinary parameters, the same batches."""
    spec = replace(TINY, epochs=1, dropout=0.0, precision="float32", batch_seed=5)
    run = training.trajectory(spec)
    digits = datasets.load("digits")
    net = networks.network("small_cnn", digits.shape, 10)
    net.load_state_dict(networks.from_point(net, run["points"][0]))
    optimizer = torch.optim.Adam(net.parameters(), lr=spec.learning_rate)
    generator = torch.Generator().manual_seed(5 * 1_000_003)
    losses = []
    for batch in torch.randint(800, (800 // 64, 64), generator=generator):
        loss = F.cross_entropy(net(digits.train.images[batch]), digits.train.labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    torch.testing.assert_close(networks.to_point(net), run["points"][1], atol=2e-4, rtol=1e-3)
    assert run["train_loss"][0].item() == pytest.approx(sum(losses) / len(losses), rel=1e-4)


def test_weight_decay_acts_on_convolution_kernels_alone():
    spec = replace(
        TINY, epochs=1, optimizer="sgd", learning_rate=1e-3, dropout=0.0, precision="float32", batch_size=800
    )
    plain = training.trajectory(spec)["points"]
    decayed = training.trajectory(replace(spec, weight_decay=0.5))["points"]
    net = networks.network("small_cnn", (1, 8, 8), 10)
    start, pull = networks.from_point(net, plain[0]), networks.from_point(net, decayed[1] - plain[1])
    for name, change in pull.items():
        expected = -1e-3 * 0.5 * 2 * start[name] if change.dim() == 4 else torch.zeros_like(change)
        torch.testing.assert_close(change, expected, atol=1e-7, rtol=1e-3)


@pytest.mark.parametrize("spec", [TINY, RESNET])
def test_accuracy_is_that_of_the_checkpoint(spec):
    """With batch normalisation, of the checkpoint with the statistics that are its own."""
    from ldiv_utils.predict import predict

    run, digits = training.trajectory(spec), datasets.load("digits")
    predicted = predict(spec, run["points"], digits.validation.images).argmax(-1)
    torch.testing.assert_close(run["validation_accuracy"], (predicted == digits.validation.labels).float().mean(1))


def test_learning_rates_by_hand():
    halving = [learning_rate(Spec(), float(epoch)) for epoch in (0, 9, 10, 25, 39)]
    assert halving == [1.6e-3, 1.6e-3, 0.8e-3, 0.4e-3, 0.2e-3]
    steps = replace(Spec(), schedule="steps", epochs=200, learning_rate=1e-3)
    rates = [learning_rate(steps, float(epoch)) for epoch in (0, 79, 80, 120, 160, 180, 199)]
    assert rates == pytest.approx([1e-3, 1e-3, 1e-4, 1e-5, 1e-6, 5e-7, 5e-7])
    assert learning_rate(replace(Spec(), schedule="constant"), 39.0) == 1.6e-3
    within = [learning_rate(s, 9.99) for s in (Spec(), replace(steps, epochs=25))]
    assert within == [1.6e-3, 1e-3]
    cosine = replace(Spec(), schedule="cosine", epochs=4, learning_rate=2.0)
    assert [learning_rate(cosine, float(epoch)) for epoch in range(4)] == pytest.approx(
        [2, 1 + 0.5**0.5, 1, 1 - 0.5**0.5]
    )
    assert learning_rate(cosine, 0.5) > learning_rate(cosine, 0.75) > learning_rate(cosine, 1.0)


def test_the_rate_is_asked_for_at_every_step(monkeypatch):
    asked = []
    plain = one_epoch.learning_rate
    monkeypatch.setattr(one_epoch, "learning_rate", lambda spec, epoch: asked.append(epoch) or plain(spec, epoch))
    training.run(replace(TINY, epochs=2, batch_size=200, schedule="cosine"))
    assert asked == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]


@pytest.mark.parametrize("spec", [TINY, replace(TINY, optimizer="sgd", learning_rate=0.01), RESNET])
def test_a_run_goes_on_from_where_another_stands_to_the_last_bit(spec):
    whole, here = training.run(spec), training.reached(spec, 1)
    rest = training.run(spec, here)
    assert here.epoch == 1
    assert rest["points"].equal(whole["points"][1:])
    assert rest["train_loss"].equal(whole["train_loss"][1:])
    further = training.run(spec, training.reached(spec, 2, here))
    assert further["points"].equal(whole["points"][2:])


def test_a_fork_is_another_run_from_the_same_point():
    here = training.reached(TINY, 2)
    fork = training.run(replace(TINY, batch_seed=7), here)["points"]
    assert fork[0].equal(here.point)
    assert not fork[1].equal(training.run(TINY, here)["points"][1])


def test_a_run_from_a_start_is_stored_by_what_it_starts_from(runs):
    here = training.reached(TINY, 2)
    first = training.trajectory_from(TINY, here)
    assert training.trajectory_from(TINY, training.reached(TINY, 2)).origin == "stored"
    nudged = replace(here, point=here.point + 1e-3)
    assert training.trajectory_from(TINY, nudged).origin == "fresh"
    assert training.trajectory_from(TINY, replace(here, optimizer={})).origin == "fresh"
    assert first["points"].equal(training.run(TINY, here)["points"])
    assert len(list(runs.glob("trajectory_from-*.safetensors"))) == 3


def test_a_run_that_is_not_stored_writes_nothing(runs):
    training.run(TINY, training.reached(TINY, 1))
    assert not runs.exists()


@pytest.mark.parametrize("epoch", [0, 4])
def test_an_epoch_that_cannot_be_reached_is_named(epoch):
    with pytest.raises(ValueError, match=f"epoch {epoch} was asked for; allowed: 1 to 3"):
        training.reached(TINY, epoch)
    with pytest.raises(ValueError, match="a start after 3 epochs was given; allowed: 0 to 2"):
        training.run(TINY, training.Start(torch.zeros(3), epoch=3))


def test_a_stored_trajectory_is_read_once_for_each_call(monkeypatch):
    specs = [replace(TINY, epochs=1, init_seed=seed) for seed in range(2)]
    many.train(specs)
    reads, plain = [], files.read
    monkeypatch.setattr(files, "read", lambda path, recipe: reads.append(path) or plain(path, recipe))
    many.train(specs)
    assert len(reads) == 2


def test_a_loss_that_is_no_longer_finite_is_named():
    with pytest.raises(ValueError, match="no longer finite in epoch 1; lower its learning_rate"):
        training.trajectory(replace(TINY, epochs=1, optimizer="sgd", learning_rate=1e30))


def test_no_spec_is_named():
    with pytest.raises(ValueError, match="no spec was given"):
        many.train([])


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("specs", "given"), [(TINY, "Spec"), ((spec for spec in [TINY]), "generator"), ([TINY, "small_cnn"], "str")]
)
def test_what_is_no_list_of_specs_is_named(specs, given):
    with pytest.raises(ValueError, match=f"a {given} was given; allowed: a list of specs"):
        many.train(specs)


def test_what_a_run_took_is_noted_beside_the_results():
    spec = replace(TINY, epochs=2)
    assert many.minutes_per_run([spec]) == {}
    training.trajectory(spec)
    noted = many.minutes_per_run([spec])
    assert noted["device"] == files.made_here()["device"]
    assert noted["minutes"] >= 0
    with (paths.runs() / "times.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"recipe": {"fun')  # a killed run's half line
    assert many.minutes_per_run([spec]) == noted


@pytest.mark.parametrize(("name", "theirs"), [("adam", torch.optim.Adam), ("sgd", torch.optim.SGD)])
def test_steps_are_those_of_torch_optim_to_the_last_bit(name, theirs):
    spec, rates, draw = replace(TINY, optimizer=name), (0.1, 0.03, 0.2), torch.Generator().manual_seed(0)
    ours, other = torch.randn(50, generator=draw), torch.nn.Parameter(torch.zeros(50))
    other.data.copy_(ours)
    optimizer, state = theirs([other], lr=1.0, fused=True), optimizers.state_of(spec, ours, {})
    for rate in rates:
        other.grad = torch.randn(50, generator=draw)
        optimizers.step(spec, ours, other.grad, state, rate)
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
    assert ours.equal(other)
    assert state.keys() == {n for n, value in optimizer.state[other].items() if value is not None}
    assert all(state[n].equal(optimizer.state[other][n]) for n in state)


@pytest.mark.parametrize(
    ("name", "remembered"),
    [("sgd", {"step": torch.zeros(())}), ("adam", {"step": torch.zeros(())}), ("adam", {"exp_avg": torch.zeros(2)})],
)
def test_the_memory_of_another_optimiser_is_refused(name, remembered):
    with pytest.raises(ValueError, match=r"the optimiser is to remember .* allowed for"):
        optimizers.state_of(replace(TINY, optimizer=name), torch.zeros(3), remembered)


def test_training_starts_without_the_seconds_that_torch_optim_takes():
    """It imports `torch._dynamo`, which every chapter and every worker would wait for."""
    code = (
        "import sys; from ldiv_utils.specs import Spec; from ldiv_utils.runs import training; "
        "training.run(Spec(dataset='digits', epochs=1)); print('torch._dynamo' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert said.stdout.split() == ["False"]
