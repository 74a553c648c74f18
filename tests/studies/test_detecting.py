"""What uncertainty finds: signs and areas by hand, and small results against a plain computation."""

import math

import pytest
import torch

from ldiv_utils.runs import Sampling
from ldiv_utils.specs import Spec
from ldiv_utils.studies import detecting, shown, worth

SPECS = [Spec(dataset="digits_0_7", batch_size=100, epochs=3, init_seed=seed, precision="float32") for seed in (0, 1)]
SHOWN = shown.Shown(("gaussian_noise",), "made by the book", "the digits 8 and 9, left out of training", 40, 20)
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
    found = detecting.told(clean, torch.tensor([0, 0]), outside)
    assert found["errors"]["total"] == found["foreign"]["total"] == 1
    assert found["errors"]["between"] == 0.5


def test_all_networks_together_are_what_is_told_of_them():
    found = detecting.detected(SPECS, SAMPLING, 40, SHOWN, (1, 2), 20)
    clean, labels = worth.members(SPECS, SAMPLING, 40)
    everything = detecting.told(clean, labels, worth.answers(SPECS, SHOWN, "float32")["outside"].double().softmax(-1))
    assert found["foreign"]["between"][2].item() == pytest.approx(everything["foreign"]["between"])
    assert found["clean_level"]["between"][1].tolist() == pytest.approx([0, 0], abs=1e-12)
