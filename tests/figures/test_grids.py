"""What a drawing of pairs shows is what it was given."""

import torch

from ldiv_utils.figures import grids
from ldiv_utils.studies import causes

SEEDS = [(start, order) for start in (0, 1) for order in (0, 1, 2)]


def test_each_pair_has_its_line_between_the_runs_of_the_grid(ax):
    for kind, lines in {"both": 6, "initial weights": 3, "order": 6}.items():
        ax.clear()
        assert grids.seed_grid(ax, SEEDS, causes.kinds(SEEDS)[kind], kind) is ax
        assert len(ax.patches) == lines
        assert ax.get_title() == f"{kind}:\n{lines} pairs"
    assert sorted(zip(*ax.lines[0].get_data(), strict=True)) == sorted((b, a) for a, b in SEEDS)


def test_each_pair_has_its_mark_and_each_cause_a_line_through_the_means(ax):
    values = {cause: torch.rand(3, pairs) for cause, pairs in zip(grids.CAUSES, (6, 3, 6, 1), strict=True)}
    grids.over_rates(ax, (1e-3, 2e-3, 4e-3), values)
    means, marks = ax.lines[0], ax.lines[1:7]
    assert torch.equal(torch.as_tensor(means.get_ydata()), values["both"].mean(1))
    assert torch.equal(torch.stack([torch.as_tensor(mark.get_ydata()) for mark in marks], dim=1), values["both"])
    assert [text.get_text() for text in ax.legend().get_texts()] == list(grids.CAUSES)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0.001", "0.002", "0.004"]
