"""Checks that a student does not see; the first parameter tells the question."""


def test_hidden_all_behind(auroc, torch):
    """Where every sign to be found is below every other, the area is 0."""
    came = float(auroc(torch.tensor([-1.0, 0.5]), torch.tensor([1.0, 2.0, 3.0])))
    assert abs(came) < 1e-6, f"-1, 0.5 against 1, 2, 3: expected 0, got {came}"


def test_hidden_one_tie_among_many(auroc, torch):
    """A tie counts a half of its pair."""
    came = float(auroc(torch.tensor([1.0]), torch.tensor([1.0, 0.0, 2.0, 3.0])))
    assert abs(came - 0.375) < 1e-6, f"1 against 1, 0, 2, 3: expected 1.5 of 4 = 0.375, got {came}"


def test_hidden_three_networks(expected_gain, torch):
    """Of three networks every pair counts."""
    probs = torch.tensor([[[1.0, 0.0]], [[0.0, 1.0]], [[0.5, 0.5]]])
    came = float(expected_gain(probs, 3))
    assert abs(came - 1 / 3) < 1e-6, f"[1, 0], [0, 1], [½, ½], size 3: expected ⅔ of ½ = 0.3333, got {came}"


def test_hidden_mean_over_the_images(expected_gain, torch):
    """The gain is a mean over the images."""
    probs = torch.tensor([[[1.0, 0.0], [0.3, 0.7]], [[0.0, 1.0], [0.3, 0.7]]])
    came = float(expected_gain(probs, 2))
    assert abs(came - 0.25) < 1e-6, f"two images, one of them agreed on, size 2: expected 0.25, got {came}"


def test_hidden_from_large_sizes(brier_of):
    """Large sizes tell small ones."""
    came = brier_of(2, {10: 0.355, 5: 0.363})
    assert abs(came - 0.387) < 1e-6, f"ten 0.355, five 0.363, asked for two: expected 0.387, got {came}"


def test_hidden_given_in_any_order(brier_of):
    """It does not matter which size is given first."""
    one, other = brier_of(3, {1: 0.5, 4: 0.35}), brier_of(3, {4: 0.35, 1: 0.5})
    assert abs(one - other) < 1e-6, f"one 0.5 and four 0.35, in either order: got {one} and {other}"


def test_hidden_the_tenth_weighs_less(whom_to_add, torch):
    """The more members there are, the less a candidate's distance weighs against its score."""
    probs = torch.tensor([[[0.7, 0.3]]] * 9)  # nine of one kind
    candidates = torch.tensor([[[0.7, 0.3]], [[0.25, 0.75]]])
    came = int(whom_to_add(probs, 0.18, candidates, torch.tensor([0.18, 0.565])))
    assert came == 0, f"nine networks, a tenth like them or a worse one not far enough: expected number 0, got {came}"


def test_hidden_many_images(whom_to_add, torch):
    """Distances are means over the images."""
    probs = torch.tensor([[[0.5, 0.5], [0.5, 0.5]]])
    candidates = torch.tensor([[[1.0, 0.0], [0.5, 0.5]], [[0.8, 0.2], [0.8, 0.2]]])
    came = int(whom_to_add(probs, 0.5, candidates, torch.tensor([0.3, 0.3])))
    assert came == 0, f"distances 0.5 and 0, or 0.18 twice, scores alike: expected number 0, got {came}"
