"""Many fits side by side, each row by its own loss alone."""

import pytest
import torch

from ldiv_utils.runs.fits import fitted


def bowl(points):
    return (points - torch.tensor([1.0, -2.0])).square().sum(1)


def test_every_row_finds_the_bottom():
    found = fitted(bowl, torch.tensor([[0.0, 0.0], [3.0, 3.0]]), 800, 0.05)
    torch.testing.assert_close(found, torch.tensor([[1.0, -2.0]]).expand(2, 2), atol=2e-3, rtol=0)


def test_rows_do_not_touch_each_other():
    starts = torch.tensor([[0.0, 0.0], [30.0, 30.0]])
    torch.testing.assert_close(fitted(bowl, starts, 20, 0.05)[:1], fitted(bowl, starts[:1], 20, 0.05))


def test_starts_stay_as_they_are():
    starts = torch.zeros(1, 2)
    fitted(bowl, starts, 5, 0.05)
    assert (starts == 0).all()


def test_a_loss_that_is_no_number_is_said():
    with pytest.raises(ValueError, match=r"at rate 0\.05; allowed: finite ones"):
        fitted(lambda points: points.sum(1) * torch.nan, torch.zeros(1, 2), 3, 0.05)
