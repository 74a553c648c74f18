"""Hidden checks of 05-radial-plane: the first parameter of each names the question's function."""


def test_hidden_the_fifth_bias(scale_layers, torch):
    """The bias of the fifth layer is multiplied by t⁵."""
    weights, biases = scale_layers([torch.ones(1, 1) for _ in range(5)], [torch.ones(1) for _ in range(5)], 0.5)
    came = weights[4].item(), biases[4].item()
    assert came == (0.5, 1 / 32), (
        f"t = ½, all weights and biases 1: expected 0.5 and 0.03125 in layer 5, got {came[0]} and {came[1]}"
    )


def test_hidden_a_loss_for_each_place(loss_along, torch):
    """There is one loss for each place."""
    came = loss_along(torch.zeros(3, 2), torch.tensor([0, 1, 1]), torch.tensor([0.1, 0.5, 1.0, 1.5]), 2)
    assert tuple(came.shape) == (4,), f"3 images at 4 places: expected the shape (4,), got {tuple(came.shape)}"


def test_hidden_the_mean_of_the_images(loss_along, torch):
    """It is the mean of the images' losses."""
    logits, ts = torch.tensor([[3.0, 0.0], [3.0, 0.0]]), torch.ones(1)
    apart = [loss_along(logits[:1], torch.tensor([label]), ts, 2)[0].item() for label in (0, 1)]
    came = loss_along(logits, torch.tensor([0, 1]), ts, 2)[0].item()
    assert abs(came - sum(apart) / 2) < 1e-4, (
        f"one image of loss {apart[0]:.4f}, one of {apart[1]:.4f}: expected {sum(apart) / 2:.4f}, got {came:.4f}"
    )


def test_hidden_a_plane_in_a_million(share_within):
    """MediumCNN has 971,146 weights, and a plane 2 parts of them."""
    came = share_within(2, 971_146)
    assert abs(came - 2 / 971_146) < 1e-9, f"k = 2, D = 971,146: expected 2.06e-06, got {came}"


def test_hidden_the_length_is_free(share_outside, torch):
    """A longer θ has the same share outside."""
    optima = torch.tensor([[1.0, 0, 0], [0, 1, 0]])
    short, long = (float(share_outside(torch.tensor([t, t, t]), optima)) for t in (1.0, 10.0))
    assert abs(short - long) < 1e-4, f"θ = (1, 1, 1) has {short:.4f}: expected the same of (10, 10, 10), got {long:.4f}"


def test_hidden_three_optima(share_outside, torch):
    """The optima may be three."""
    optima = torch.tensor([[1.0, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]])
    came = float(share_outside(torch.tensor([0.0, 0, 3, 0, 0]), optima))
    assert abs(came) < 1e-4, f"θ = (0, 0, 3, 0, 0), optima {optima.tolist()}: expected 0, got {came:.4f}"
