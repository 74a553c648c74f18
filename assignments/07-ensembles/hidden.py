"""Hidden checks of 07-ensembles: the first parameter of each names the question's function."""


def test_hidden_each_of_twelve_misses_one(all_wrong, torch):
    """Each of twelve networks is right on eleven images of twelve."""
    probs, labels = all_wrong(12)
    true = torch.nn.functional.one_hot(labels.long(), probs.shape[-1]).bool()
    came = (probs[:, true] > probs.masked_fill(true, 0).amax(-1) + 1e-6).sum(1).tolist()
    assert came == [11] * 12, f"M = 12: expected each network to be right on 11 images, without ties, got {came}"


def test_hidden_twelve_together_miss_all(all_wrong, torch):
    """The ensemble of twelve is wrong on every image."""
    probs, labels = all_wrong(12)
    true, mean = torch.nn.functional.one_hot(labels.long(), probs.shape[-1]).bool(), probs.mean(0)
    came = (mean[true] < mean.masked_fill(true, 0).amax(-1) - 1e-6).sum().item()
    assert came == 12, f"M = 12: expected the ensemble to be wrong on 12 images, without ties, it is on {came}"


def test_hidden_a_whole_number_is_enough(runs_needed):
    """Where the formula asks for a whole number, it is that number."""
    came = runs_needed(0.5, 0.375, 0.3125)
    assert came == 4, f"one run 0.5, two 0.375, target 0.3125: expected 4, got {came}"


def test_hidden_the_limit_is_out_of_reach(runs_needed):
    """What infinitely many runs would score takes infinitely many."""
    came = runs_needed(0.5, 0.375, 0.25)
    assert came == float("inf"), f"one run 0.5, two 0.375, target 0.25: expected inf, got {came}"


def test_hidden_copies_change_nothing(average_logits, torch):
    """Three copies of a network predict as one."""
    came = average_logits(torch.tensor([[[0.7, 0.3]]] * 3)).flatten().tolist()
    assert abs(came[0] - 0.7) < 1e-4, f"[0.7, 0.3] three times: expected the same, got {came}"


def test_hidden_each_input_for_itself(average_logits, torch):
    """An input's prediction is its own, whatever the others are."""
    probs = torch.tensor([[[0.9, 0.1], [0.2, 0.8]], [[0.9, 0.1], [0.2, 0.8]], [[0.9, 0.1], [0.2, 0.8]]])
    came = average_logits(probs).tolist()
    assert abs(came[0][0] - 0.9) + abs(came[1][0] - 0.2) < 1e-4, (
        f"3 networks, [0.9, 0.1] and [0.2, 0.8] of two inputs: expected these, got {came}"
    )


def test_hidden_the_weaker_helps_by_other_mistakes(best_weight, torch):
    """A weaker network whose mistakes go to another class has a weight."""
    came = float(best_weight(torch.tensor([[[0.4, 0.6, 0]], [[0.3, 0, 0.7]]]), torch.tensor([0])))
    assert abs(came - 0.65116) < 1e-4, (
        f"[0.4, 0.6, 0] and [0.3, 0, 0.7], class 0: expected ½ + 0.26 / 1.72 = 0.6512, got {came:.4f}"
    )


def test_hidden_many_inputs(best_weight, torch):
    """The distance of the predictions is a mean over the inputs."""
    probs = torch.tensor([[[0.7, 0.3]] * 50 + [[0.3, 0.7]] * 14, [[0.4, 0.6]] * 30 + [[0.8, 0.2]] * 34])
    labels = torch.zeros(64, dtype=torch.long)
    came = float(best_weight(probs, labels))
    assert abs(came - 0.5625) < 1e-4, (
        "64 inputs of class 0, scores 0.355 and 0.38, a mean squared distance of 0.2: "
        f"expected ½ + 0.025 / 0.4 = 0.5625, got {came:.4f}"
    )
