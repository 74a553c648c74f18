"""Which units of one network are those of another, told by their weights.

Source: Ainsworth et al. (2023), their matching of weights.
"""

import torch
from jaxtyping import Float, Int
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn

from ..networks.point import from_point
from .alignment import Axes, Permutations, axes_of, permute, renumbered, sizes


def assignment(similarity: Float[Tensor, "n n"]) -> Int[Tensor, " n"]:
    """The permutation p of the largest Σ_i S_{i p_i}: the unit p_i of the second network takes place i."""
    return torch.from_numpy(linear_sum_assignment(similarity.numpy(), maximize=True)[1])


def weight_matching(
    net: nn.Module, a: Float[Tensor, " D"], b: Float[Tensor, " D"], seed: int = 0
) -> tuple[Permutations, Float[Tensor, " sweeps"]]:
    """The permutations π of b that make ⟨a, π(b)⟩ large, and that product before the first sweep and after each.

    π leaves the length of b as it is, so that their cosine is made large too. One group after the other, in random
    order, gets its best permutation given the others, until a sweep gains nothing: a local maximum.
    """
    a, b, axes = a.double(), b.double(), axes_of(net)
    p = {group: torch.arange(n) for group, n in sizes(net).items()}
    generator = torch.Generator().manual_seed(seed)
    groups, products = list(p), [a @ b]
    while len(products) < 2 or products[-1] > products[-2] * (1 + 1e-12):
        for i in torch.randperm(len(groups), generator=generator).tolist():
            group = groups[i]
            others = {g: q for g, q in p.items() if g != group}
            s = similarity(from_point(net, a), from_point(net, b), axes, group, others)
            best = assignment(s)
            if s[torch.arange(len(s)), best].sum() > s[torch.arange(len(s)), p[group]].sum():
                p[group] = best
        products.append(a @ permute(net, b, p))
    return p, torch.stack(products)


def similarity(
    a: dict[str, Tensor], b: dict[str, Tensor], axes: Axes, group: str, others: Permutations
) -> Float[Tensor, "n n"]:
    """S_ij: the inner product of all weights and biases of unit i in a with those of unit j in b, both as `from_point`
    gives a point, (D,), over all tensors
    that the group numbers, b's other groups renumbered by `others`."""
    found = []
    for name, of in axes.items():
        if group in of:
            axis, n = of.index(group), len(a[f"{group}.weight"])
            left = a[name].movedim(axis, 0).reshape(n, -1)
            right = renumbered(b[name], of, others).movedim(axis, 0).reshape(n, -1)
            found.append(left @ right.T)
    return torch.stack(found).sum(0)
