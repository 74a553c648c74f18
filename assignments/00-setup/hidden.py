"""Hidden checks of the assignment on points, specs and results; the first parameter says of which answer."""


def test_hidden_a_difference_spoils_no_other_checkpoint(same_checkpoints, torch):
    """Each checkpoint is judged by itself, the first too."""
    first = torch.arange(8.0).view(4, 2)
    other = first.clone()
    other[0, 1], other[3, 0] = -1, -1
    came = torch.as_tensor(same_checkpoints(first, other)).tolist()
    expected = [False, True, True, False]
    assert came == expected, f"checkpoints 0 and 3 of 4 differ: expected {expected}, got {came}"


def test_hidden_large_scores_stay_finite(linear_probs, torch):
    """Scores of a thousand give probabilities of one and zero."""
    came = linear_probs(torch.tensor([[1000.0, -1000.0, 0.0, 0.0]]), torch.ones(1, 1), 2)[0, 0].tolist()
    right = abs(came[0] - 1) < 1e-5 and abs(came[1]) < 1e-5
    assert right, f"weights 1000 and -1000, input 1: expected 1 and 0, got {came}"


def test_hidden_each_point_is_a_network_of_its_own(linear_probs, torch):
    """Every point gives what `torch.nn.Linear` gives with its weights."""
    from ldiv_utils import networks

    generator = torch.Generator().manual_seed(3)
    points, inputs = torch.randn(4, 15, generator=generator), torch.randn(6, 4, generator=generator)
    net = torch.nn.Linear(4, 3)
    expected = torch.stack([networks.logits(net, point, inputs).softmax(-1) for point in points])
    came = linear_probs(points, inputs, 3)
    assert came.shape == (4, 6, 3), f"4 points, 6 inputs, 3 classes: expected (4, 6, 3), got {tuple(came.shape)}"
    apart = (came - expected).abs().max().item()
    assert apart < 1e-5, f"4 random points, 6 inputs: expected what torch.nn.Linear gives, got {apart:.2f} beside it"


def test_hidden_order_of_arguments_says_nothing(result_name):
    """Arguments in another order leave the name as it is."""
    source = "def f(x, y):\n    return x - y\n"
    came = result_name(source, {"x": 1, "y": 2}), result_name(source, {"y": 2, "x": 1})
    assert came[0] == came[1], f"x = 1, y = 2 in both orders: expected one name, got {came[0]} and {came[1]}"


def test_hidden_a_number_is_no_text(result_name):
    """The number 1 and the text "1" give two names."""
    source = "def f(x):\n    return x\n"
    came = result_name(source, {"x": 1}), result_name(source, {"x": "1"})
    assert came[0] != came[1], f"x = 1 and x = '1': expected two names, got {came[0]} twice"


def test_hidden_texts_in_the_code_count(result_name):
    """A text that is no docstring counts, all of it."""
    first, other = 'def f(x):\n    return x + "#a"\n', 'def f(x):\n    return x + "#b"\n'
    came = result_name(first, {"x": "3"}), result_name(other, {"x": "3"})
    assert came[0] != came[1], f"{first!r} and {other!r}: expected two names, got {came[0]} twice"


def test_hidden_seeds_of_the_given_spec_do_not_count(without_dropout):
    """Seeds start from 0, whatever those of the given spec."""
    from ldiv_utils.specs import Spec

    came = [(spec.init_seed, spec.batch_seed) for spec in without_dropout(Spec(init_seed=5, batch_seed=9), 2)]
    assert came == [(0, 0), (1, 1)], f"seeds 5 and 9, 2 runs: expected {[(0, 0), (1, 1)]}, got {came}"
