"""What corrupted images do: parts of the images, ensembles by hand, and the results against a plain computation."""

from dataclasses import replace

import torch

from ldiv_utils import datasets
from ldiv_utils.measures import accuracy, jensen_shannon
from ldiv_utils.predict import predict
from ldiv_utils.runs import Sampling, ends
from ldiv_utils.specs import Spec
from ldiv_utils.studies import shift, shown

SPECS = [Spec(dataset="digits_0_7", batch_size=100, epochs=3, init_seed=seed, precision="float32") for seed in (0, 1)]
NAMES = ("gaussian_noise", "contrast")
SHOWN = shown.Shown(NAMES, "made by the book", "the digits 8 and 9, left out of training", each=20, outside=20)
SAMPLING = Sampling(count=2, reach=1.0, precision="float32")


def test_every_block_has_every_corruption_and_every_image_is_in_one_block():
    parts = shift.parts(60, each=20)
    assert torch.cat([torch.arange(60)[rows] for rows in parts["block"]]).sort().values.tolist() == list(range(60))
    for rows in parts["block"]:
        assert (torch.arange(60)[rows] // 20).unique().tolist() == [0, 1, 2]
    assert [rows.tolist() for rows in parts["corruption"]] == [list(range(k, k + 20)) for k in (0, 20, 40)]


def test_corruptions_have_images_of_their_own_until_these_run_out():
    count = len(datasets.load("digits_0_7").test.labels)
    assert shown.rows_of("digits_0_7", replace(SHOWN, each=2)).tolist() == [[0, 1], [2, 3]]
    assert shown.rows_of("digits_0_7", replace(SHOWN, each=count)).tolist() == [list(range(count))] * 2


def test_intensities_show_the_same_images():
    clean, worst = (shown.test_images("digits_0_7", replace(SHOWN, each=2), intensity) for intensity in (0, 5))
    test = datasets.load("digits_0_7").test.images
    assert clean.equal(test[:4])
    assert worst[2:].equal(datasets.shifted("digits_0_7", "contrast", 5, torch.tensor([2, 3])))


def test_means_over_ensembles_by_hand():
    right, wrong, unsure = [1.0, 0.0], [0.0, 1.0], [0.4, 0.6]
    probs = torch.tensor([[[right]], [[unsure]], [[wrong]]])  # three runs, one intensity, one image of class 0
    means = shift.ensemble_means(probs, torch.tensor([0]), accuracy)
    # Alone one of three is right; of the pairs right + unsure, and right + wrong, a tie, which the first class wins.
    torch.testing.assert_close(means, torch.tensor([[1 / 3], [2 / 3], [0.0]]))


def test_a_trajectory_is_every_second_checkpoint_from_the_last_back(monkeypatch):
    monkeypatch.setattr(shift, "late_points", lambda specs: torch.arange(10.0).view(1, 10, 1))
    assert shift.points_around(SPECS[0], "trajectory", SAMPLING).flatten().tolist() == [9, 7]


def test_scores_and_divergences_are_those_of_a_plain_computation():
    rows, labels = torch.arange(40).split(20), datasets.load("digits_0_7").test.labels[:40]
    worst = [datasets.shifted("digits_0_7", name, 5, own) for name, own in zip(NAMES, rows, strict=True)]
    probs = predict(SPECS[0], ends(SPECS), torch.cat(worst), "float32").half().float()

    scores = shift.scores(SPECS, "original", SAMPLING, SHOWN)["accuracy"]
    torch.testing.assert_close(scores["run"][:, 5], accuracy(probs, labels))
    together = accuracy(probs.mean(0, keepdim=True), labels)[0]
    torch.testing.assert_close(scores["block"][:, 2, 5].mean(), together)
    torch.testing.assert_close(scores["corruption"][1, 0, 5], accuracy(probs[:, 20:], labels[20:]).mean())

    of_runs = shift.divergences(SPECS, "original", SAMPLING, SHOWN)["shifted"]
    torch.testing.assert_close(of_runs["set"], of_runs["block"].mean(0, keepdim=True))
    torch.testing.assert_close(of_runs["set"][0, 5], jensen_shannon(probs))
    torch.testing.assert_close(of_runs["corruption"][0, 5], jensen_shannon(probs[:, :20]))

    of_a_run = shift.divergences(SPECS, "trajectory", SAMPLING, SHOWN)  # a set for each run
    assert of_a_run["shifted"]["set"].shape == (2, 6)
    torch.testing.assert_close(of_a_run["outside"]["set"].mean(), of_a_run["outside"]["block"].mean())


def test_examples_start_clean_and_end_foreign():
    pictures = shown.examples("digits_0_7", SHOWN, row=3)["images"]
    assert len(pictures) == 4
    assert pictures[0].equal(datasets.load("digits_0_7").test.images[3])
    assert pictures[-1].equal(datasets.out_of_distribution("digits_0_7", 1)[0])
