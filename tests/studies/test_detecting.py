"""What uncertainty finds: signs and areas by hand, and small results against a plain computation."""

import math

import pytest
import torch

from ldiv_utils import datasets, runs
from ldiv_utils.predict import predict
from ldiv_utils.runs import Sampling
from ldiv_utils.specs import Spec
from ldiv_utils.studies import detecting, worth

SPECS = [Spec(dataset="digits_0_7", batch_size=100, epochs=3, init_seed=seed, precision="float32") for seed in (0, 1)]
SAMPLING = Sampling(2, 1.0, "float32")


def test_the_area_counts_pairs_and_halves_ties():
    found, others = torch.tensor([2.0, 0.0, 1.0]), torch.tensor([1.0, -1.0])
    assert detecting.area(found, others) == pytest.approx((2 + 1 + 1.5) / 6)


def test_there_is_no_area_of_nothing():
    assert math.isnan(detecting.area(torch.tensor([]), torch.tensor([1.0])))


def test_signs_of_two_networks_by_hand():
    signs = detecting.signs(torch.tensor([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]]))
    assert signs["variance"].tolist() == [0.5, 0]
    assert signs["between"].tolist() == pytest.approx([0.6931, 0], abs=1e-4)


def test_errors_are_those_of_the_ensemble_and_foreign_images_stand_apart():
    right, wrong = [0.6, 0.4], [0.45, 0.55]  # of class 0: the second image is missed, and less sure
    clean, outside = torch.tensor([[right, wrong]]), torch.tensor([[[0.5, 0.5]]])
    found = detecting.told(clean, torch.tensor([0, 0]), {"shuffled": outside, "sure": torch.tensor([[[1.0, 0.0]]])})
    assert found["errors"]["total"] == found["shuffled"]["total"] == 1
    assert found["sure"]["total"] == 0
    assert found["errors"]["between"] == 0.5


def test_all_networks_together_are_what_is_told_of_them():
    kinds = ("left_out", "shuffled")
    found = detecting.detected(SPECS, SAMPLING, 40, kinds, 20, (1, 2), 20)
    clean, labels = worth.members(SPECS, SAMPLING, 40)
    points = runs.ends(SPECS)
    outside = {kind: predict(SPECS[0], points, detecting.strangers("digits_0_7", kind, 20)) for kind in kinds}
    everything = detecting.told(clean, labels, {kind: probs.double() for kind, probs in outside.items()})
    for kind in kinds:
        assert found[kind]["between"][2].item() == pytest.approx(everything[kind]["between"])
    assert found["level"]["between"][1].tolist() == pytest.approx([0, 0], abs=1e-12)


def test_foreign_are_classes_left_out_shuffled_patches_or_the_images_of_another_dataset():
    test = datasets.load("digits_0_7").test.images
    assert detecting.strangers("digits_0_7", "left_out", 5).equal(datasets.out_of_distribution("digits_0_7", 5))
    mixed = detecting.strangers("digits_0_7", "shuffled", 5)
    assert not mixed.equal(test[:5]) and mixed.flatten(1).sort().values.equal(test[:5].flatten(1).sort().values)
    assert detecting.strangers("digits_0_7", "digits", 5).equal(datasets.load("digits").test.images[:5])


def test_images_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="allowed for digits: images of"):
        detecting.strangers("digits", "cifar100", 5)


def test_images_of_its_own_are_not_foreign():
    with pytest.raises(ValueError, match="digits itself"):
        detecting.strangers("digits", "digits", 5)


def test_what_is_not_at_hand_is_refused():
    with pytest.raises(ValueError, match="at hand for digits: shuffled"):
        detecting.strangers("digits", "left_out", 5)
