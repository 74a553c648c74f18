"""Corruptions: each against its definition, by a second implementation or by hand."""

import colorsys

import numpy as np
import pytest
import scipy.ndimage
import torch
from PIL import Image

from ldiv_utils.datasets.corruptions import GREY, STRENGTHS, corrupt

INTENSITIES = range(1, 6)
PUBLISHED = {  # the lists in `make_cifar_c.py` of Hendrycks & Dietterich's repository
    "gaussian_noise": [0.04, 0.06, 0.08, 0.09, 0.10],
    "shot_noise": [500, 250, 100, 75, 50],
    "impulse_noise": [0.01, 0.02, 0.03, 0.05, 0.07],
    "speckle_noise": [0.06, 0.1, 0.12, 0.16, 0.2],
    "gaussian_blur": [0.4, 0.6, 0.7, 0.8, 1],
    "defocus_blur": [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)],
    "contrast": [0.75, 0.5, 0.4, 0.3, 0.15],
    "brightness": [0.05, 0.1, 0.15, 0.2, 0.3],
    "saturate": [(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)],
    "pixelate": [0.95, 0.9, 0.85, 0.75, 0.65],
}
every_intensity = pytest.mark.parametrize("intensity", INTENSITIES)


def colour(count=3, size=16):
    return torch.randint(256, (count, 3, size, size), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def grey(count=3, size=8):
    """Pixels beyond both ends of the scale, as the noisy digits have."""
    return 0.5 + torch.randn(count, 1, size, size, generator=torch.Generator().manual_seed(0))


def levels(x):
    """Pixels from 0 to 1 as whole levels of 255, cut off rather than rounded."""
    return torch.from_numpy(np.uint8(np.clip(np.asarray(x), 0, 1) * 255 + 1e-6))


def flat(value, count=1):
    return torch.full((count, 3, 64, 64), value, dtype=torch.uint8)


def test_strengths_are_the_published_ones():
    assert {name: list(strengths) for name, strengths in STRENGTHS.items()} == PUBLISHED


@pytest.mark.parametrize(("make", "name"), [(colour, n) for n in STRENGTHS] + [(grey, n) for n in GREY])
def test_intensity_0_changes_nothing_and_every_other_keeps_shape_and_type(make, name):
    images = make()
    assert corrupt(images, name, 0).equal(images)
    for intensity in INTENSITIES:
        result = corrupt(images, name, intensity)
        assert (result.shape, result.dtype) == (images.shape, images.dtype)
        assert not result.equal(images)
        assert result.equal(corrupt(images, name, intensity))  # the same seed


@pytest.mark.parametrize("name", GREY)
def test_grey_images_reach_beyond_the_scale(name):
    assert corrupt(grey(), name, 1).max() > 1


@every_intensity
def test_gaussian_noise_has_its_standard_deviation(intensity):
    noise = corrupt(grey(40, 32), "gaussian_noise", intensity, seed=3) - grey(40, 32)
    assert noise.std().item() == pytest.approx(STRENGTHS["gaussian_noise"][intensity - 1], rel=0.02)
    assert abs(noise.mean().item()) < 1e-3
    in_levels = corrupt(flat(128, 8), "gaussian_noise", intensity).double() / 255
    assert in_levels.std().item() == pytest.approx(STRENGTHS["gaussian_noise"][intensity - 1], rel=0.02)


@every_intensity
def test_shot_noise_has_the_variance_of_its_photons(intensity):
    """Poisson: a pixel of x with c photons at full has mean x and variance x / c."""
    photons = STRENGTHS["shot_noise"][intensity - 1]
    x = corrupt(flat(51, 8), "shot_noise", intensity)
    assert x.equal(levels(np.random.RandomState(0).poisson(np.full(x.shape, 0.2 * photons)) / photons))
    x = x.double() / 255
    assert x.mean().item() == pytest.approx(0.2 - 0.5 / 255, abs=1e-3)  # cut to levels: half a level less
    assert x.var().item() == pytest.approx(0.2 / photons, rel=0.1)


@every_intensity
def test_speckle_noise_is_in_proportion_to_the_pixel(intensity):
    strength = STRENGTHS["speckle_noise"][intensity - 1]
    assert corrupt(flat(0), "speckle_noise", intensity).max() == 0
    x = corrupt(flat(102, 8), "speckle_noise", intensity).double() / 255
    assert x.std().item() == pytest.approx(0.4 * strength, rel=0.03)


@every_intensity
def test_impulse_noise_replaces_its_share_by_both_ends_alike(intensity):
    strength = STRENGTHS["impulse_noise"][intensity - 1]
    x = corrupt(flat(100, 20), "impulse_noise", intensity)
    assert set(x.unique().tolist()) == {0, 100, 255}
    assert (x != 100).double().mean().item() == pytest.approx(strength, rel=0.05)
    assert (x == 255).double().sum().item() == pytest.approx((x == 0).sum().item(), rel=0.1)


@every_intensity
def test_gaussian_blur_is_that_of_scipy(intensity):
    """scikit-image, which the published script calls, hands over to SciPy with these settings."""
    deviation = STRENGTHS["gaussian_blur"][intensity - 1]
    sigma = (0, 0, deviation, deviation)
    expected = scipy.ndimage.gaussian_filter(colour().double().numpy() / 255, sigma, mode="nearest", truncate=4.0)
    assert corrupt(colour(), "gaussian_blur", intensity).equal(levels(expected))
    expected = scipy.ndimage.gaussian_filter(grey().double().numpy(), sigma, mode="nearest", truncate=4.0)
    torch.testing.assert_close(corrupt(grey(), "gaussian_blur", intensity).double(), torch.from_numpy(expected))


@every_intensity
def test_defocus_blur_is_a_disk_on_17_pixels_with_a_soft_edge(intensity):
    radius, blur = STRENGTHS["defocus_blur"][intensity - 1]
    place = np.arange(-8, 9)
    disk = (place[:, None] ** 2 + place**2 <= radius**2) * 1.0
    side = np.exp(-1 / (2 * blur**2))
    line = np.array([side, 1, side]) / (1 + 2 * side)
    kernel = scipy.ndimage.correlate(disk / disk.sum(), np.outer(line, line), mode="mirror")
    x = colour(size=32).double().numpy() / 255
    expected = [[scipy.ndimage.correlate(channel, kernel, mode="mirror") for channel in image] for image in x]
    assert corrupt(colour(size=32), "defocus_blur", intensity).equal(levels(expected))


def test_contrast_by_hand():
    x = torch.tensor([[0.0, 1.0], [2.0, 5.0]])[None, None]
    half = torch.tensor([[1.0, 1.5], [2.0, 3.5]])[None, None]  # mean 2
    torch.testing.assert_close(corrupt(x, "contrast", 2), half)
    assert corrupt(flat(77), "contrast", 5).equal(flat(77))


@every_intensity
@pytest.mark.parametrize("name", ["brightness", "saturate"])
def test_hue_saturation_value_as_in_colorsys(name, intensity):
    strength = STRENGTHS[name][intensity - 1]
    images = torch.cat([colour(2), flat(0)[..., :16, :16], flat(100)[..., :16, :16], flat(255)[..., :16, :16]])

    def pixel(red, green, blue):
        h, s, v = colorsys.rgb_to_hsv(red, green, blue)
        if name == "brightness":
            v = min(v + strength, 1)
        else:
            s = min(s * strength[0] + strength[1], 1)
        return colorsys.hsv_to_rgb(h, s, v)

    pixels = images.permute(0, 2, 3, 1).reshape(-1, 3).double() / 255
    expected = levels([pixel(*p) for p in pixels.tolist()]).view(len(images), 16, 16, 3).permute(0, 3, 1, 2)
    assert corrupt(images, name, intensity).equal(expected)


def test_brightness_of_grey_images_is_added():
    torch.testing.assert_close(corrupt(grey(), "brightness", 5), grey() + 0.3)


@every_intensity
@pytest.mark.parametrize("size", [32, 16])
def test_pixelate_is_that_of_pillow(intensity, size):
    fewer = int(STRENGTHS["pixelate"][intensity - 1] * size)

    def there_and_back(image):
        return np.array(image.resize((fewer, fewer), Image.Resampling.BOX).resize((size, size), Image.Resampling.BOX))

    expected = [there_and_back(Image.fromarray(image)) for image in colour(5, size).permute(0, 2, 3, 1).numpy()]
    expected = torch.from_numpy(np.stack(expected)).permute(0, 3, 1, 2)
    assert corrupt(colour(5, size), "pixelate", intensity).equal(expected)
    expected = torch.from_numpy(there_and_back(Image.fromarray(grey(1, size)[0, 0].numpy())))
    torch.testing.assert_close(corrupt(grey(1, size), "pixelate", intensity)[0, 0], expected)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("images", "name", "intensity", "message"),
    [
        (colour(), "fog", 1, "'fog' is unknown for these images; allowed: gaussian_noise, shot"),
        (grey(), "shot_noise", 1, "'shot_noise' is unknown for these images; allowed: gaussian_noise, impulse"),
        (colour(), "contrast", 6, "intensity 6 was given; allowed: 0 to 5"),
        (colour(), "contrast", -1, "intensity -1 was given"),
        (colour(), "contrast", 2.0, "intensity 2.0 was given"),
        (colour()[0], "contrast", 1, r"shape \(3, 16, 16\)"),
        (colour()[:0], "contrast", 1, r"shape \(0, 3, 16, 16\)"),
        (colour()[:, :1], "contrast", 1, "type torch.uint8 were given"),
        (colour().float(), "contrast", 1, "type torch.float32 were given"),
        (grey().long(), "contrast", 1, "type torch.int64 were given"),
    ],
)
def test_bad_input_is_named(images, name, intensity, message):
    with pytest.raises(ValueError, match=message):
        corrupt(images, name, intensity)
