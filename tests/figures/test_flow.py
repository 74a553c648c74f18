"""The way from weights to labels shows what it is given, and marks the labels that differ."""

import torch

from ldiv_utils.figures import flow


def test_every_network_has_its_weights_its_probabilities_and_its_labels(subplots):
    points, probs = torch.arange(120.0).reshape(2, 60), torch.rand(2, 3, 4)
    labels = torch.tensor([[0, 1, 2], [0, 3, 2]])
    axes = subplots(2, 4, gridspec_kw=flow.LAYOUT)
    flow.weights_to_labels(axes, points[:, :6].unflatten(1, (2, 3)), points, probs, labels)
    for m, (layer, point, predicted, named) in enumerate(axes):
        assert layer.images[0].get_array().tolist() == points[m, :6].reshape(2, 3).tolist()
        assert point.images[0].get_array().flatten().tolist() == points[m, : flow.SHOWN].tolist()
        assert predicted.images[0].get_array().tolist() == probs[m].tolist()
        assert [text.get_text() for text in named.texts if text.get_text()] == [str(int(n)) for n in labels[m]]
        assert len(named.patches) == 1  # the second label
    assert "D = 60" in axes[1, 1].get_xlabel()
