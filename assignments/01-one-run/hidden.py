"""Hidden checks of the assignment on one run; the first parameter says of which answer."""


def test_hidden_opposite_is_minus_one(cosine_by_layer, torch):
    """Weights turned round have the cosine −1."""
    came = cosine_by_layer(torch.nn.Linear(2, 1), torch.tensor([1.0, 2.0, 4.0]), torch.tensor([-1.0, -2.0, -4.0]))
    right = all(abs(value + 1) < 1e-5 for value in came.values())
    assert right, f"θ and −θ: expected −1 for each parameter, got {came}"


def test_hidden_a_layer_is_one_vector(cosine_by_layer, torch):
    """All weights of a layer make one vector, in which long rows count for more."""
    first = torch.tensor([3.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    second = torch.tensor([3.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    came = cosine_by_layer(torch.nn.Linear(3, 2), first, second)["weight"]
    assert abs(came - 0.9) < 1e-5, f"weights (3, 0, 0; 0, 0, 1) and (3, 0, 0; 0, 1, 0): expected 0.9, got {came}"


def test_hidden_a_run_may_leave_its_end_again(settled_from, torch):
    """A run that comes near its end and leaves it settles where it comes back."""
    place = torch.tensor([3.0, 8.0, 8.25, 3.25, 4.0, 8.0, 8.0])
    came = settled_from((place[:, None] - place).abs(), 1.0)
    assert came == 5, f"7 checkpoints at {place.tolist()} on a line, bound 1: expected 5, got {came}"


def test_hidden_the_bound_itself_is_allowed(settled_from, torch):
    """Checkpoints just the bound apart have settled."""
    place = torch.tensor([0.0, 2.0, 3.0])
    came = settled_from((place[:, None] - place).abs(), 1.0)
    assert came == 1, f"3 checkpoints at {place.tolist()} on a line, bound 1: expected 1, got {came}"


def test_hidden_agreement_counts_as_disagreement_does(disagreement_error):
    """A disagreement of a tenth is known as well as one of nine tenths."""
    came = disagreement_error(0.1, 900), disagreement_error(0.9, 900)
    right = abs(came[0] - 0.01) < 1e-4 and abs(came[1] - 0.01) < 1e-4
    assert right, f"d = 0.1 and d = 0.9, n = 900: expected 0.01 and 0.01, got {came[0]} and {came[1]}"


def test_hidden_two_ways_to_differ_are_no_difference(difference_and_error, torch):
    """Where both differ from network 0, which labels they give says nothing."""
    labels = torch.tensor([[0, 0, 0, 0, 0], [1, 1, 1, 0, 0], [2, 2, 3, 0, 0]])
    came = [float(x) for x in difference_and_error(labels)]
    assert max(map(abs, came)) < 1e-6, f"both unlike 0 on the same three of 5 images: expected 0 and 0, got {came}"


def test_hidden_both_signs_count_in_the_error(difference_and_error, torch):
    """Differences of both signs cancel in the mean and add up in the error."""
    labels = torch.tensor([[0, 0, 0, 0, 0], [4, 4, 0, 0, 0], [0, 0, 4, 4, 0]])
    came = [float(x) for x in difference_and_error(labels)]
    right = abs(came[0]) < 1e-6 and abs(came[1] - 0.2**0.5) < 1e-4
    assert right, f"differences 1, 1, −1, −1, 0: expected 0 and √(1/5) = 0.4472, got {came}"


def test_hidden_more_images_make_it_surer(difference_and_error, torch):
    """A hundred times the same images make the error a tenth."""
    labels = torch.tensor([[0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]])
    came, expected = float(difference_and_error(labels.repeat(1, 100))[1]), (0.25 * 400 / 399 / 400) ** 0.5
    assert abs(came - expected) < 1e-4, f"200 differences of 1, 200 of 0: expected {expected:.4f}, got {came:.4f}"
