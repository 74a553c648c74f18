"""Checks that a student does not see; the first parameter tells the question."""


def test_hidden_long_labels(diversity_of_groups, torch):
    """Hundreds of labels, counted one by one."""
    draw = torch.Generator().manual_seed(5)
    one, two, truth = torch.randint(30, (3, 400), generator=draw)
    differ = sum(int(a) % 7 != int(b) % 7 for a, b in zip(one, two, strict=True))
    wrong = sum(int(a) % 7 != int(t) % 7 for a, t in zip(one, truth, strict=True))
    came = diversity_of_groups(one, two, truth, 7)
    assert abs(came - differ / wrong) < 1e-5, (
        f"400 labels of 30 classes, 7 groups: expected {differ / wrong:.4f}, got {came}"
    )


def test_hidden_whose_mistakes(diversity_of_groups, torch):
    """What is divided by are the network's own mistakes, not the reference's."""
    came = diversity_of_groups(torch.tensor([1, 1, 1, 1]), torch.tensor([0, 1, 0, 0]), torch.tensor([1, 0, 1, 1]), 2)
    assert abs(came - 3) < 1e-6, f"3 of 4 labels differ, the network errs on 1, its reference on 4: got {came}"


def test_hidden_given_labels_stay(diversity_of_groups, torch):
    """The labels that are given stay as they are."""
    given = [torch.tensor([5, 6, 7]), torch.tensor([6, 6, 9]), torch.tensor([5, 5, 5])]
    before = [labels.clone() for labels in given]
    diversity_of_groups(*given, 3)
    assert all(map(torch.equal, given, before)), f"expected 5, 6, 7 to stay, now they are {given[0].tolist()}"


def test_hidden_twice_the_side(bottleneck):
    """Twice the side takes four times as many."""
    came = bottleneck(2, 14) / bottleneck(2, 7)
    assert abs(came - 4) < 1e-6, f"width 2, sides 14 and 7: expected 4 times as many, got {came}"


def test_hidden_round_trip(accuracy_of):
    """From an accuracy to the diversity and back."""
    for a, classes in ((0.35, 100), (0.7, 10)):
        differ = 2 * a * (1 - a) + (1 - a) ** 2 * (classes - 2) / (classes - 1)
        came = accuracy_of(differ / (1 - a), classes)
        assert abs(came - a) < 1e-6, f"accuracy {a}, {classes} classes: expected it back, got {came}"
