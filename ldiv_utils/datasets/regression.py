"""Numbers to fit, made by a formula and a seed: three clusters with gaps between them, and a cubic.

Source: the clusters lie where those of Izmailov et al. (2020) do, by their code; the cubic is that of Lakshminarayanan
et al. (2017). What the first law is, and how many points there are, is this book's choice.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

CLUSTERS = ((-7.2, -4.3), (-1.5, 1.4), (4.3, 7.2))  # where x lies
REACH = 10.0  # how far from 0 functions are looked at
WIDTH = 5.0  # x is divided by it before a network sees it, and 4 and 64 are the cubic's
CUBIC = 4.0


def law(x: Float[Tensor, " N"]) -> Float[Tensor, " N"]:
    """The value at x without noise: ½ sin x + x / 8."""
    return x.sin() / 2 + x / 8


def clusters(count: int, noise: float, seed: int) -> tuple[Float[Tensor, " N"], Float[Tensor, " N"]]:
    """N = `count` points (x, y): a third in each cluster, y = law + noise of that standard deviation.

    Nothing is scaled after the noise: the deviation is the one that a likelihood needs.
    Raises ValueError unless the count is a multiple of three, of 3 or more.
    """
    if count < 3 or count % 3:
        raise ValueError(f"{count} points were asked for; allowed: 3, 6, 9, …, as many in each of three clusters")
    draw = torch.Generator().manual_seed(seed)
    x = torch.cat([low + (high - low) * torch.rand(count // 3, generator=draw) for low, high in CLUSTERS])
    return x, law(x) + noise * torch.randn(count, generator=draw)


def features(x: Float[Tensor, " N"]) -> Float[Tensor, "N 2"]:
    """What a network sees of x: x / 5 and its square, so that both are of order one.

    Source: Izmailov et al. (2020), their code, has x / 2 and its square, up to 25 here; Wilson and Izmailov (2020),
    theirs, x and its square, and a learning rate of 5e-6.
    """
    return torch.stack([x / WIDTH, (x / WIDTH).square()], dim=1)


def inside(x: Float[Tensor, " N"]) -> Bool[Tensor, " N"]:
    """Whether x lies in one of the clusters."""
    return torch.stack([(x >= low) & (x <= high) for low, high in CLUSTERS]).any(0)


def between(x: Float[Tensor, " N"]) -> Bool[Tensor, " N"]:
    """Whether x lies in one of the two gaps between clusters."""
    return ~inside(x) & (x > CLUSTERS[0][0]) & (x < CLUSTERS[-1][-1])


def cubic(count: int, noise: float, seed: int) -> tuple[Float[Tensor, " N"], Float[Tensor, " N"]]:
    """N = `count` points of y = x³ + noise of that standard deviation, x drawn evenly from [−4, 4]."""
    draw = torch.Generator().manual_seed(seed)
    x = CUBIC * (2 * torch.rand(count, generator=draw) - 1)
    return x, x**3 + noise * torch.randn(count, generator=draw)
