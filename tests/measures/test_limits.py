"""The limits of the diversity plane against cases counted by hand, their ends, and simulated labels."""

import pytest
import torch

from ldiv_utils.measures.diversity import label_difference
from ldiv_utils.measures.limits import fit_exponent, independent_errors, perturbed_family, perturbed_reference

INPUTS = 400_000
P = torch.linspace(0, 1, 101, dtype=torch.float64)


def relabel(labels: torch.Tensor, keep: torch.Tensor | float, classes: int, seed: int) -> torch.Tensor:
    """Each label kept with probability `keep`, otherwise one of the other classes, all equally likely."""
    generator = torch.Generator().manual_seed(seed)
    kept = torch.rand(labels.shape, generator=generator) < keep
    return torch.where(kept, labels, (labels + torch.randint(1, classes, labels.shape, generator=generator)) % classes)


def simulated(classes: int, reference: float) -> tuple[torch.Tensor, torch.Tensor]:
    """True labels, and those of a reference that is right on the share `reference` of them."""
    truth = torch.randint(classes, (INPUTS,), generator=torch.Generator().manual_seed(0))
    return truth, relabel(truth, reference, classes, seed=1)


def share(labels: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    return label_difference(labels[None], others)[0]


def test_limits_by_hand():
    # Of 100 inputs and 3 classes: 40 · 0.5 right and wrong, 10 wrong and right, 10 both wrong, half of them alike.
    torch.testing.assert_close(independent_errors(torch.tensor([0.5]), 0.8, 3), torch.tensor([0.40 + 0.10 + 0.05]))
    # A flip with p = 0.5: of 80 right ones 40 stay, of 20 wrong ones 10 change and 5 of these become right.
    torch.testing.assert_close(perturbed_reference(torch.tensor([0.45]), 0.8, 3), torch.tensor([0.5]))
    # Correct labels flip with 0.25, wrong ones with 0.25^(1/2) = 0.5.
    accuracy, difference = perturbed_family(torch.tensor([0.25]), 0.5, 0.8, 3)
    torch.testing.assert_close(accuracy, torch.tensor([0.60 + 0.05]))
    torch.testing.assert_close(difference, torch.tensor([0.20 + 0.10]))


@pytest.mark.parametrize(("classes", "reference", "accuracy"), [(10, 0.7, 0.6), (3, 0.8, 0.5), (2, 0.9, 0.7)])
def test_independent_errors_match_a_simulation(classes, reference, accuracy):
    truth, labels = simulated(classes, reference)
    measured = share(relabel(truth, accuracy, classes, seed=2), labels)
    expected = independent_errors(torch.tensor(accuracy), reference, classes)
    torch.testing.assert_close(measured, expected, atol=4e-3, rtol=0)


@pytest.mark.parametrize(("classes", "reference", "p"), [(10, 0.7, 0.2), (3, 0.8, 0.5), (100, 0.4, 0.9)])
def test_a_perturbed_reference_matches_a_simulation(classes, reference, p):
    truth, labels = simulated(classes, reference)
    perturbed = relabel(labels, 1 - p, classes, seed=2)
    accuracy = 1 - share(perturbed, truth)
    expected = perturbed_reference(accuracy, reference, classes)
    torch.testing.assert_close(share(perturbed, labels), expected, atol=4e-3, rtol=0)


@pytest.mark.parametrize("exponent", [0.2, 1.0, 3.0])
def test_the_family_matches_a_simulation(exponent):
    truth, labels = simulated(10, 0.7)
    p = torch.tensor(0.4)
    perturbed = relabel(labels, torch.where(labels == truth, 1 - p, 1 - p**exponent), 10, seed=2)
    accuracy, difference = perturbed_family(p, exponent, 0.7, 10)
    torch.testing.assert_close(1 - share(perturbed, truth), accuracy, atol=4e-3, rtol=0)
    torch.testing.assert_close(share(perturbed, labels), difference, atol=4e-3, rtol=0)


@pytest.mark.parametrize(("classes", "reference"), [(10, 0.7), (100, 0.4), (2, 1.0)])
def test_the_family_holds_the_lower_limit(classes, reference):
    accuracy, difference = perturbed_family(P, 1.0, reference, classes)
    torch.testing.assert_close(difference, P)
    torch.testing.assert_close(perturbed_reference(accuracy, reference, classes), P)


@pytest.mark.parametrize(("classes", "reference"), [(10, 0.7), (100, 0.4), (2, 0.9)])
def test_ends(classes, reference):
    """The reference does not differ from itself, and at chance both limits meet: diversity is one."""
    ends = torch.tensor([reference, 1 / classes], dtype=torch.float64)
    lower, upper = (limit(ends, reference, classes) for limit in (perturbed_reference, independent_errors))
    both_wrong = (1 - reference) ** 2 * (classes - 2) / (classes - 1)
    assert lower[0] == 0
    torch.testing.assert_close(upper[0].item(), 2 * reference * (1 - reference) + both_wrong)
    torch.testing.assert_close(torch.stack([lower[1], upper[1]]) / (1 - ends[1]), torch.ones(2, dtype=torch.float64))


def test_the_lower_limit_lies_below_the_upper():
    accuracy = torch.linspace(0.11, 0.7, 60)
    assert (perturbed_reference(accuracy, 0.7, 10) < independent_errors(accuracy, 0.7, 10)).all()


@pytest.mark.parametrize("exponent", [0.05, 0.22, 1.0, 2.5])
@pytest.mark.parametrize(("classes", "reference"), [(10, 0.7), (100, 0.5)])
def test_a_known_exponent_is_found(exponent, classes, reference):
    accuracy, difference = perturbed_family(torch.linspace(0.1, 0.9, 50), exponent, reference, classes)
    assert fit_exponent(accuracy, difference, reference, classes) == pytest.approx(exponent, rel=0.02)


def test_an_exponent_is_found_in_noise():
    accuracy, difference = perturbed_family(torch.linspace(0.05, 0.95, 300), 0.3, 0.7, 10)
    noise = 0.01 * torch.randn(2, 300, generator=torch.Generator().manual_seed(0))
    assert fit_exponent(accuracy + noise[0], difference + noise[1], 0.7, 10) == pytest.approx(0.3, rel=0.1)


@pytest.mark.parametrize(("reference", "classes"), [(0.1, 10), (0.05, 10), (1.01, 10), (0.9, 1), (float("nan"), 10)])
def test_a_reference_must_be_better_than_chance(reference, classes):
    half = torch.tensor([0.5])
    for call in (
        lambda: independent_errors(half, reference, classes),
        lambda: perturbed_reference(half, reference, classes),
        lambda: perturbed_family(half, 1.0, reference, classes),
        lambda: fit_exponent(half, half, reference, classes),
    ):
        with pytest.raises(ValueError, match="above chance"):
            call()


@pytest.mark.parametrize("accuracy", [[], [0.5, 1.0], [0.5, float("nan")]])
def test_a_fit_needs_networks_that_err(accuracy):
    accuracy = torch.tensor(accuracy)
    with pytest.raises(ValueError, match="one network or more"):
        fit_exponent(accuracy, accuracy, 0.7, 10)
