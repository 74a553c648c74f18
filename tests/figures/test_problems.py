"""Two problems in one plot: which is which, and bars of one error to either side."""

import matplotlib.pyplot as plt
import torch

from ldiv_utils.figures import problems


def test_the_easier_problem_is_open_and_the_harder_one_filled():
    looks = problems.looks("easy", "hard")
    assert [look.name for look in looks.values()] == list(looks) == ["easy", "hard"]
    assert looks["easy"].open and not looks["hard"].open and looks["easy"].colour != looks["hard"].colour


def test_bars_reach_one_error_to_either_side():
    look, xs = problems.looks("easy", "hard")["hard"], (0.1, 0.3)
    ax = problems.over(plt.subplots()[1], xs, torch.tensor([0.5, 0.2]), torch.tensor([0.1, 0.05]), look)
    (line, _, (bars,)) = ax.containers[0]
    assert list(zip(*line.get_data(), strict=True)) == [(0.1, 0.5), (0.3, torch.tensor(0.2).item())]
    ends = torch.tensor([bar[:, 1].tolist() for bar in bars.get_segments()])
    torch.testing.assert_close(ends, torch.tensor([[0.4, 0.6], [0.15, 0.25]]))
    assert ax.get_legend_handles_labels()[1] == ["hard"]
    plt.close(ax.figure)
