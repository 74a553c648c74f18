"""Checks that a student does not see; the first parameter tells the question."""


def test_hidden_there_and_back(expected_divergence):
    """From seven networks to three and back the divergence is what it was."""
    there = expected_divergence(0.2, 7, 3)
    back = expected_divergence(there, 3, 7)
    assert abs(back - 0.2) < 1e-6, f"divergence 0.2, from 7 to 3: {there}; from 3 to 7: {back}"


def test_hidden_simulated(expected_divergence, torch):
    """Networks that differ little bear it out."""
    from ldiv_utils.measures import jensen_shannon

    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(400, 5, generator=generator)
    nudged = logits + 0.1 * torch.randn(60, 400, 5, generator=generator)
    two, six = (
        torch.stack([jensen_shannon(one) for one in nudged.softmax(-1).split(members)]).mean().item()
        for members in (2, 6)
    )
    came = expected_divergence(two, 2, 6)
    assert abs(came / six - 1) < 0.03, f"divergence {two:.6f}, 2 members, 6 others: simulated {six:.6f}, got {came}"


def test_hidden_opposite(error_of_difference, torch):
    """Where one is good on the blocks that are bad for the other, the error is twice that of each."""
    first = torch.tensor([0.1, 0.4, 0.2, 0.8, 0.5, 0.6, 0.3, 0.9, 0.7, 0.5])
    came, expected = error_of_difference(first, 1 - first), 2 * first.std().item() / 10**0.5
    assert abs(came - expected) < 1e-5, f"ten blocks, second = 1 − first: expected {expected:.4f}, got {came}"


def test_hidden_sure_networks(stands_out, torch):
    """A class may have probability 0."""
    agree, differ = torch.tensor([[1.0, 0.0], [1.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    came = stands_out(agree[:, None], differ[:, None])
    assert abs(came - 1) < 1e-6, f"clean: both sure of one class; foreign: sure of two; expected 1, got {came}"


def test_hidden_ties(stands_out, torch):
    """A tie counts one half."""
    agree, differ = torch.tensor([[0.5, 0.5], [0.5, 0.5]]), torch.tensor([[0.25, 0.75], [0.75, 0.25]])
    came = stands_out(torch.stack([agree, differ], 1), torch.stack([agree, agree, differ], 1))
    said = "clean: one image of agreement, one of difference; foreign: two and one"
    assert abs(came - 2.5 / 6) < 1e-5, f"{said}: expected 2.5 of 6 pairs, got {came}"


def test_hidden_more_networks(stands_out, torch):
    """All networks count, however many there are."""
    alike = torch.tensor([[0.6, 0.4], [0.6, 0.4], [0.1, 0.9]])  # the third of three differs
    more = torch.tensor([[0.6, 0.4], [0.5, 0.5], [0.6, 0.4]])
    came = stands_out(alike[:, None], more[:, None])
    assert abs(came) < 1e-6, f"class 0: clean 0.6, 0.6, 0.1, foreign 0.6, 0.5, 0.6: expected 0, got {came}"
