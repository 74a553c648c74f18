"""Hidden checks of 10-around-one-optimum: the first parameter of each names the question's function."""


def test_hidden_one_steep_axis_among_many(half_width_of_bowl, torch):
    """One steep axis counts as one among many."""
    came = half_width_of_bowl(torch.cat([torch.ones(99), torch.tensor([101.0])]))
    assert abs(came - 1) < 1e-4, f"99 curvatures of 1, one of 101, rise 1: expected 1, got {came}"


def test_hidden_columns_of_the_second_layer_shrink(twin, torch):
    """What reads a unit is divided by its factor."""
    came = twin(torch.ones(2, 3), torch.ones(2), torch.ones(3, 2), torch.tensor([4.0, 0.5]))[2].tolist()
    expected = [[0.25, 2.0]] * 3
    assert came == expected, f"weights 1, factors 4 and ½: expected {expected}, got {came}"


def test_hidden_what_is_given_stays(twin, torch):
    """The weights that are given stay as they are."""
    given = torch.ones(2, 3), torch.ones(2), torch.ones(2, 2)
    twin(*given, torch.tensor([2.0, 3]))
    left = [float(t.sum()) for t in given]
    assert left == [6, 2, 4], f"weights 1, factors 2 and 3: expected sums of 6, 2 and 4 to stay, got {left}"


def test_hidden_two_layers_twice_as_large(path_norm, torch):
    """Both layers doubled, every path is four times as large."""
    w1, w2 = torch.tensor([[1.0, -2], [0.5, 1]]), torch.tensor([[1.0, 2]])
    once, came = path_norm(w1, w2), path_norm(2 * w1, 2 * w2)
    assert abs(came - 4 * once) < 1e-4, f"both layers times 2: expected {4 * once}, got {came}"
