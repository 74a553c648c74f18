"""Predictions against a plain forward pass, point by point, and bad input by name."""

import weakref
from dataclasses import replace

import pytest
import torch

from ldiv_utils import datasets, networks, predict
from ldiv_utils.networks.cpu import emulates_bfloat16
from ldiv_utils.specs import Spec

DIGITS = datasets.load("digits")
SMALL = Spec(dataset="digits")


def points(architecture, count):
    net = networks.network(architecture, DIGITS.shape, 10)
    return torch.stack([networks.initial_point(net, seed) for seed in range(count)])


def test_predictions_are_the_softmax_of_the_network_at_each_point():
    thetas, images = points("small_cnn", 3), DIGITS.test.images
    probs = predict.predict(SMALL, thetas, images)
    net = networks.network("small_cnn", DIGITS.shape, 10)
    plain = []
    for theta in thetas:
        net.load_state_dict(networks.from_point(net, theta))
        plain.append(net(images).softmax(-1))
    assert probs.shape == (3, 797, 10)
    torch.testing.assert_close(probs, torch.stack(plain))


def test_many_points_at_once_as_on_a_gpu_give_the_same(monkeypatch):
    thetas, images = points("medium_cnn", 5), DIGITS.test.images[:30]
    one_by_one = predict.predict(replace(SMALL, architecture="medium_cnn"), thetas, images)
    monkeypatch.setattr(predict, "_together", lambda *_: 3)
    asked, plain = [], predict._function
    monkeypatch.setattr(
        predict, "_function", lambda net, points, kind: asked.append(len(points)) or plain(net, points, kind)
    )
    together = predict.predict(replace(SMALL, architecture="medium_cnn"), thetas, images)
    assert asked == [3, 2]
    torch.testing.assert_close(together, one_by_one)


@pytest.mark.skipif(not predict._has_onednn(), reason="needs oneDNN and AVX-512")
@pytest.mark.parametrize(("kind", "within"), [(torch.float32, 1e-5), (torch.bfloat16, 0.02)])
@pytest.mark.parametrize("side", [8, 7, 5])
def test_the_layout_of_onednn_changes_nothing(side, kind, within):
    """Sides 7 and 5 make pooling round up."""
    net = networks.network("medium_cnn", (1, side, side), 10)
    theta, images = (
        networks.initial_point(net, 0),
        torch.rand(9, 1, side, side, generator=torch.Generator().manual_seed(0)),
    )
    with torch.inference_mode():
        outputs = predict._function(net, theta[None], kind)(images)
        assert outputs.shape == (1, 9, 10)
        assert outputs.dtype == kind
        torch.testing.assert_close(outputs[0].float(), networks.logits(net, theta, images), atol=within, rtol=0)


def test_scaling_is_the_spec_s():
    thetas, images = points("small_cnn", 1), DIGITS.test.images
    by_hand = datasets.pixels(DIGITS, "standardised")(images)
    torch.testing.assert_close(
        predict.predict(replace(SMALL, scaling="standardised"), thetas, images), predict.predict(SMALL, thetas, by_hand)
    )


def test_batch_normalisation_is_taken_anew_for_every_point():
    """Alone or after others, a point of a network with batch normalisation gives the same predictions."""
    spec, thetas, images = replace(SMALL, architecture="resnet20"), points("resnet20", 2), DIGITS.test.images[:20]
    both = predict.predict(spec, thetas, images)
    assert both[1].equal(predict.predict(spec, thetas[1:], images)[0])
    assert not both[0].allclose(both[1], atol=1e-3)
    few = predict.predict(spec, thetas, images[:1])  # and whatever the other images are
    torch.testing.assert_close(few[:, 0], both[:, 0])


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_processors_without_it_predict_the_same(precision, monkeypatch):
    thetas, images = points("medium_cnn", 2), DIGITS.test.images[:50]
    spec = replace(SMALL, architecture="medium_cnn")
    here = predict.predict(spec, thetas, images, precision)
    monkeypatch.setattr(predict, "_has_onednn", lambda: False)
    plain = predict.predict(spec, thetas, images, precision)
    torch.testing.assert_close(plain, here, atol=1e-5 if precision == "float32" else 0.02, rtol=0)


@pytest.mark.parametrize("architecture", ["small_cnn", "resnet20"])
def test_images_are_taken_a_few_at_a_time(architecture, monkeypatch):
    spec, thetas, images = replace(SMALL, architecture=architecture), points(architecture, 1), DIGITS.test.images[:20]
    at_once = predict.predict(spec, thetas, images)
    sizes, plain = [], predict._function

    def counting(*arguments):
        outputs = plain(*arguments)
        return lambda batch: sizes.append(len(batch)) or outputs(batch)

    monkeypatch.setattr(predict, "_function", counting)
    monkeypatch.setitem(predict.IMAGES_AT_ONCE, "cpu", 7)
    torch.testing.assert_close(predict.predict(spec, thetas, images), at_once)
    assert sizes == [7, 7, 6]


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("thetas", "images", "words"),
    [
        (torch.zeros(14378), torch.zeros(1, 1, 8, 8), r"points of shape \(14378,\) were given; allowed: \(M, 14378\)"),
        (torch.zeros(0, 14378), torch.zeros(1, 1, 8, 8), "with M ≥ 1"),
        (torch.zeros(2, 5), torch.zeros(1, 1, 8, 8), r"allowed: \(M, 14378\)"),
        (torch.zeros(1, 14378), torch.zeros(0, 1, 8, 8), r"images of shape \(0, 1, 8, 8\) were given"),
        (torch.zeros(1, 14378), torch.zeros(1, 3, 32, 32), r"allowed: \(N, 1, 8, 8\) with N ≥ 1"),
        (torch.zeros(1, 14378), torch.zeros(1, 1, 8, 8).numpy(), "images of type ndarray were given; allowed: a torch"),
        (torch.zeros(1, 14378).numpy(), torch.zeros(1, 1, 8, 8), r"point 0 of type ndarray was given; .* \(14378,\)"),
        (torch.zeros(1, 14378).long(), torch.zeros(1, 1, 8, 8), "points of torch.int64 were given; allowed: floating"),
        ([torch.zeros(14378), torch.zeros(5)], torch.zeros(1, 1, 8, 8), r"point 1 of shape \(5,\) was given; allowed"),
        ([torch.zeros(14378).long()], torch.zeros(1, 1, 8, 8), "points of torch.int64 were given"),
    ],
)
def test_bad_input_is_named(thetas, images, words):
    with pytest.raises(ValueError, match=words):
        predict.predict(SMALL, thetas, images)


def test_what_is_no_spec_is_named(as_a_user):
    with pytest.raises(ValueError, match="a spec of type str was given; allowed: a Spec"):
        predict.predict("small_cnn", torch.zeros(1, 14378), DIGITS.test.images[:1])


@pytest.mark.parametrize("architecture", ["small_cnn", "medium_cnn", "resnet20"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_points_of_any_floating_dtype_are_computed_as_float32(architecture, precision, dtype):
    """As they are published: in half precision."""
    spec, images = replace(SMALL, architecture=architecture), DIGITS.test.images[:5]
    thetas = points(architecture, 2).to(dtype)
    probs = predict.predict(spec, thetas, images, precision)
    assert probs.dtype == torch.float32
    assert probs.equal(predict.predict(spec, thetas.float(), images, precision))
    assert probs.equal(torch.stack(list(predict.each_prediction(spec, iter(thetas), images, precision))))


@pytest.mark.parametrize("scaling", ["raw", "standardised", "centred"])
@pytest.mark.parametrize("dtype", [torch.float16, torch.float64])
def test_images_of_any_floating_dtype_are_taken(scaling, dtype):
    spec, thetas, images = replace(SMALL, scaling=scaling), points("small_cnn", 1), DIGITS.test.images[:5].to(dtype)
    assert predict.predict(spec, thetas, images).equal(predict.predict(spec, thetas, images.float()))


def test_weights_beyond_float32_are_named():
    thetas = points("small_cnn", 2).double()
    thetas[1, 5] = 1e300
    with pytest.raises(ValueError, match=r"points \[1\] hold weights that are not finite; .* finite float32 number"):
        predict.predict(SMALL, thetas, DIGITS.test.images[:1])


def test_weights_that_are_not_finite_are_named():
    thetas = points("small_cnn", 3)
    thetas[1, 5] = float("nan")
    with pytest.raises(ValueError, match=r"points \[1\] hold weights that are not finite"):
        predict.predict(SMALL, thetas, DIGITS.test.images[:1])


def test_points_may_come_one_after_the_other():
    thetas, images = points("small_cnn", 3), DIGITS.test.images[:20]
    coming = predict.each_prediction(SMALL, (theta for theta in thetas), images)
    assert torch.stack(list(coming)).equal(predict.predict(SMALL, thetas, images))


def test_points_that_come_one_after_the_other_are_held_one_at_a_time():
    """The third point is not asked for before the first prediction is out."""
    asked = []

    def coming():
        for i, theta in enumerate(points("small_cnn", 3)):
            asked.append(i)
            yield theta

    predictions = predict.each_prediction(SMALL, coming(), DIGITS.test.images[:20])
    next(predictions)
    assert asked == [0]


def test_the_number_of_a_bad_point_counts_those_before_it():
    thetas = points("small_cnn", 3)
    thetas[2, 5] = float("nan")
    with pytest.raises(ValueError, match=r"points \[2\] hold weights that are not finite"):
        list(predict.each_prediction(SMALL, iter(thetas), DIGITS.test.images[:1]))


def test_a_stream_without_a_point_is_refused():
    with pytest.raises(ValueError, match="no point was given; allowed: one or more"):
        list(predict.each_prediction(SMALL, iter([]), DIGITS.test.images[:1]))


def test_predictions_are_not_kept():
    """What a point leaves behind does not grow with the number of points."""
    coming = predict.each_prediction(SMALL, iter(points("small_cnn", 3)), DIGITS.test.images[:20])
    first = weakref.ref(next(coming).untyped_storage())
    next(coming)
    assert first() is None


def test_low_precision_changes_few_probabilities():
    thetas, images = points("medium_cnn", 2), DIGITS.test.images
    spec = replace(SMALL, architecture="medium_cnn")
    fine, coarse = predict.predict(spec, thetas, images), predict.predict(spec, thetas, images, "bfloat16")
    assert coarse.dtype == torch.float32
    assert coarse.equal(fine) == emulates_bfloat16()
    torch.testing.assert_close(coarse, fine, atol=0.02, rtol=0)


def test_where_bfloat16_would_be_emulated_float32_is_computed(monkeypatch):
    thetas, images = points("small_cnn", 2), DIGITS.test.images[:20]
    monkeypatch.setattr(predict, "emulates_bfloat16", lambda: True)
    assert predict.predict(SMALL, thetas, images, "bfloat16").equal(predict.predict(SMALL, thetas, images))
    monkeypatch.setattr(predict, "emulates_bfloat16", lambda: False)
    assert not predict.predict(SMALL, thetas, images, "bfloat16").equal(predict.predict(SMALL, thetas, images))


def test_an_unknown_precision_is_refused(as_a_user):
    with pytest.raises(ValueError, match="'half' is unknown; allowed: float32, bfloat16"):
        predict.predict(SMALL, points("small_cnn", 1), DIGITS.test.images[:2], "half")
