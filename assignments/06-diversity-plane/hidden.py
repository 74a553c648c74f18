"""Hidden checks of 06-diversity-plane: the first parameter of each names the question's function."""


def test_hidden_all_labels_changed(flipped_share):
    """Where all labels have changed, p is one."""
    came = flipped_share(0.05, 0.8, 5)
    assert abs(came - 1) < 1e-6, f"accuracy 0.05, reference 0.8, 5 classes: expected 1, got {came:.4f}"


def test_hidden_a_perfect_reference(flipped_share):
    """A perfect reference has lost as many right labels as have changed."""
    came = flipped_share(0.7, 1.0, 2)
    assert abs(came - 0.3) < 1e-6, f"accuracy 0.7, reference 1, 2 classes: expected 0.3, got {came:.4f}"


def test_hidden_all_labels_of_five_images(least_difference):
    """Of all labels that a network may give five images, the nearest to the reference differ so much."""
    from itertools import product

    truth, reference = (0, 0, 0, 0, 0), (0, 0, 0, 1, 2)
    for right in range(6):
        tried = [labels for labels in product(range(3), repeat=5) if labels.count(0) == right]
        least = min(sum(a != b for a, b in zip(labels, reference, strict=True)) for labels in tried) / len(truth)
        came = least_difference(right / 5, 3 / 5)
        assert abs(came - least) < 1e-6, (
            f"{right} and 3 right of 5 images: of all labels the least is {least}, got {came:.4f}"
        )


def test_hidden_all_labels_of_four_images(most_difference):
    """Of all labels that a network may give four images, the farthest from the reference differ so much."""
    from itertools import product

    for classes in (2, 3):
        for right in range(5):
            tried = [labels for labels in product(range(classes), repeat=4) if labels.count(0) == right]
            reference = (0, 1, 1, 1)
            most = max(sum(a != b for a, b in zip(labels, reference, strict=True)) for labels in tried) / 4
            came = most_difference(right / 4, 1 / 4, classes)
            assert abs(came - most) < 1e-6, (
                f"{right} and 1 right of 4 images, {classes} classes: of all labels the most is {most}, got {came:.4f}"
            )


def test_hidden_labels_are_classes(relabel, torch):
    """All labels are classes."""
    drawn = relabel(torch.full((500,), 2), 0.5, 3, torch.Generator().manual_seed(5))
    came = sorted(set(drawn.tolist()))
    assert came == [0, 1, 2], f"label 2 of 3 classes, keep = ½, 500 images: expected 0, 1 and 2, got {came}"


def test_hidden_the_share_that_stays(relabel, torch):
    """As many labels stay as the probability says."""
    labels = torch.arange(20_000) % 5
    came = (relabel(labels.clone(), 0.7, 5, torch.Generator().manual_seed(6)) == labels).float().mean().item()
    assert abs(came - 0.7) < 0.02, f"keep = 0.7 of 20,000 labels: expected 0.68 to 0.72 to stay, got {came:.4f}"


def test_hidden_the_generator_decides(relabel, torch):
    """The same state of the generator gives the same labels."""
    labels = torch.zeros(300, dtype=torch.long)
    first, second = (relabel(labels, 0.5, 9, torch.Generator().manual_seed(7)) for _ in range(2))
    came = (first != second).sum().item()
    assert came == 0, f"300 labels drawn twice from the seed 7: expected the same, {came} differ"


def test_hidden_what_is_given_stays(relabel, torch):
    """The labels that are given stay as they are."""
    labels = torch.zeros(300, dtype=torch.long)
    relabel(labels, 0.0, 4, torch.Generator().manual_seed(8))
    came = (labels != 0).sum().item()
    assert came == 0, f"300 labels, all 0: expected the tensor to stay, {came} of its labels have changed"


def test_hidden_two_classes(mixed_diversity):
    """With two classes there is one wrong label, and two mistakes are the same."""
    came = mixed_diversity([0.5, 0.5], [0.75, 0.5], 2)
    assert abs(came - 7 / 6) < 1e-6, (
        f"half of the images at 0.75, half at 0.5, 2 classes: expected 0.4375 / 0.375 = 1.1667, got {came:.4f}"
    )


def test_hidden_three_kinds(mixed_diversity):
    """There may be three kinds of images."""
    came = mixed_diversity([0.5, 0.375, 0.125], [1.0, 0.8, 0.4], 3)
    assert abs(came - 0.21 / 0.15) < 1e-6, (
        f"½ of the images at 1, ⅜ at 0.8, ⅛ at 0.4, 3 classes: expected 0.21 / 0.15 = 1.4, got {came:.4f}"
    )
