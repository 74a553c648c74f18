"""Ten of the nineteen corruptions of CIFAR-10-C, made from their published definitions and strengths.

The other nine need another library, pictures of frost, or random textures, and are left out.
Source: Hendrycks & Dietterich (2019); `make_cifar_c.py` of their repository, whose numbers these are.
"""

from math import inf

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

STRENGTHS = {  # at intensities 1 to 5; pixels run from 0 to 1, lengths are in pixels
    "gaussian_noise": (0.04, 0.06, 0.08, 0.09, 0.10),  # standard deviation
    "shot_noise": (500, 250, 100, 75, 50),  # photons that make a pixel of 1
    "speckle_noise": (0.06, 0.10, 0.12, 0.16, 0.20),  # standard deviation over the pixel's value
    "impulse_noise": (0.01, 0.02, 0.03, 0.05, 0.07),  # share of values replaced by 0 or 1
    "gaussian_blur": (0.4, 0.6, 0.7, 0.8, 1.0),  # standard deviation
    "defocus_blur": ((0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1.0, 0.2), (1.5, 0.1)),  # radius, blur of its edge
    "contrast": (0.75, 0.50, 0.40, 0.30, 0.15),  # factor of the distance to the channel's mean
    "brightness": (0.05, 0.10, 0.15, 0.20, 0.30),  # added to the value of hue, saturation, value
    "saturate": ((0.3, 0.0), (0.1, 0.0), (1.5, 0.0), (2.0, 0.1), (2.5, 0.2)),  # factor, added to the saturation
    "pixelate": (0.95, 0.90, 0.85, 0.75, 0.65),  # share of the pixels kept along a side
}
GREY = ("gaussian_noise", "impulse_noise", "gaussian_blur", "defocus_blur", "contrast", "brightness", "pixelate")


def corrupt(images: Tensor, name: str, intensity: int, seed: int = 0) -> Tensor:
    """The images under that corruption, of the same shape and type; intensity 0 leaves them as they are.

    Colour images (N, 3, h, w), uint8, are cut at 0 and 255 and then to whole levels, as CIFAR-10-C's
    are. Grey images (N, 1, h, w), floating point on a scale where 0 is blank and 1 is full, are not
    cut: the book's digits reach beyond both ends. For them only the corruptions in `GREY` make sense.

    Raises:
        ValueError: an unknown name or intensity, or images of another kind than these two.
    """
    colour = images.dtype == torch.uint8
    _check(images, name, intensity, colour)
    if intensity == 0:
        return images
    x, strength = images.double() / (255 if colour else 1), STRENGTHS[name][intensity - 1]
    random = np.random.RandomState(seed)  # a stream that NumPy has frozen for good
    match name:
        case "gaussian_noise":
            y = x + strength * torch.from_numpy(random.standard_normal(x.shape))
        case "shot_noise":
            y = torch.from_numpy(random.poisson(x.numpy() * strength)) / strength
        case "speckle_noise":
            y = x + strength * x * torch.from_numpy(random.standard_normal(x.shape))
        case "impulse_noise":
            chance = torch.from_numpy(random.random_sample(x.shape))
            y = torch.where(chance < strength, (chance < strength / 2).double(), x)
        case "gaussian_blur":
            y = _filtered(x, _bell(strength, radius=int(4 * strength + 0.5)), "replicate")
        case "defocus_blur":
            y = _filtered(x, _disk(*strength), "reflect")
        case "contrast":
            mean = x.mean((2, 3), keepdim=True)
            y = (x - mean) * strength + mean
        case "brightness":
            value = x.amax(1, keepdim=True)
            brighter = (value + strength).clamp(max=1 if colour else inf)
            y = torch.where(value == 0, brighter, x / value * brighter)
        case "saturate":
            y = _saturated(x, *strength)
        case "pixelate":
            y = _pixelated(x, strength, whole=colour)
    # Rounding errors of 1e-6 must not decide over a level.
    return (y.clamp(0, 1) * 255 + 1e-6).byte() if colour else y.to(images.dtype)


def _bell(deviation: float, radius: int) -> Float[Tensor, "k k"]:
    """A Gaussian over the pixels up to `radius` away along each axis, of sum 1."""
    line = torch.exp(-0.5 * (torch.arange(-radius, radius + 1).double() / deviation) ** 2)
    return torch.outer(line, line) / line.sum() ** 2


def _disk(radius: float, blur: float) -> Float[Tensor, "5 5"]:
    """The pixels at most `radius` < 2 from the middle, of sum 1, blurred by a Gaussian over 3×3 pixels."""
    place = torch.arange(-2, 3).double()
    disk = (place[:, None] ** 2 + place**2 <= radius**2).double()
    return F.conv2d((disk / disk.sum())[None, None], _bell(blur, 1)[None, None], padding=1)[0, 0]


def _filtered(x: Float[Tensor, "N c h w"], kernel: Float[Tensor, "k k"], edge: str) -> Float[Tensor, "N c h w"]:
    """Each channel under a symmetric kernel; beyond the edge, its pixels repeated or mirrored."""
    padded = F.pad(x, (len(kernel) // 2,) * 4, mode=edge)
    return F.conv2d(padded.flatten(0, 1)[:, None], kernel[None, None])[:, 0].view(x.shape)


def _saturated(x: Float[Tensor, "N 3 h w"], factor: float, shift: float) -> Float[Tensor, "N 3 h w"]:
    """Saturation S becomes factor · S + shift, between 0 and 1; hue and value V stay.

    S = (V − smallest channel) / V, so each channel's distance from V grows as S does. A grey pixel has
    the hue of red by convention, and turns reddish if shift > 0.
    """
    value = x.amax(1, keepdim=True)
    saturation = torch.where(value == 0, 0, 1 - x.amin(1, keepdim=True) / value)
    after = (factor * saturation + shift).clamp(0, 1)
    reddish = torch.cat([value, value * (1 - after), value * (1 - after)], dim=1)
    return torch.where(saturation == 0, reddish, value - (value - x) * after / saturation)


def _pixelated(x: Float[Tensor, "N c h w"], share: float, whole: bool) -> Float[Tensor, "N c h w"]:
    """Fewer pixels along each side, int(share · length), then as many as before; whole levels where asked for.

    A new pixel is the mean of the old ones whose centres it covers, along the rows and then along the
    columns: what Pillow calls BOX, rounding included.
    """
    full = x.shape[2:]
    for height, width in ([int(share * length) for length in full], full):
        for along_rows in (True, False):
            x = x @ _cover(x.shape[3], width).T if along_rows else _cover(x.shape[2], height) @ x
            x = (255 * x + 0.5 + 1e-9).floor() / 255 if whole else x
    return x


def _cover(before: int, after: int) -> Float[Tensor, "after before"]:
    """Row i: equal weights on the pixels whose centres the i-th of `after` pixels covers, or on the nearest one."""
    scale = before / after
    ends = (torch.arange(after).double()[:, None] + 0.5) * scale + torch.tensor([-0.5, 0.5]) * max(scale, 1)
    centres = torch.arange(before) + 0.5
    inside = ((centres > ends[:, :1]) & (centres <= ends[:, 1:])).double()
    return inside / inside.sum(1, keepdim=True)


def _check(images: Tensor, name: str, intensity: int, colour: bool) -> None:
    allowed = STRENGTHS if colour else GREY
    if name not in allowed:
        raise ValueError(f"corruption {name!r} is unknown for these images; allowed: {', '.join(allowed)}")
    if not isinstance(intensity, int) or not 0 <= intensity <= 5:
        raise ValueError(f"intensity {intensity!r} was given; allowed: 0 to 5")
    fits = images.dim() == 4 and len(images) > 0 and images.shape[1] == (3 if colour else 1)
    if not fits or not (colour or images.is_floating_point()):
        raise ValueError(
            f"images of shape {tuple(images.shape)} and type {images.dtype} were given; "
            "allowed: (N, 3, h, w) of type uint8, or (N, 1, h, w) of floating point"
        )
