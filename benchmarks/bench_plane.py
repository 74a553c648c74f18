"""Points per second of a 21 × 21 plane of MediumCNN's loss on 1,000 CIFAR-10 images: loss-landscapes, and this book.

(a) `loss_landscapes.random_plane` (3.0) as it is: an ordinary module with `nn.Dropout` in evaluation mode, the
    package's `Loss` on all images at once, filter-normalised directions; torch's own choice of threads.
(b) `each_prediction` over points made one by one, along two directions normalised likewise, in bfloat16
    as the book makes its planes; the same loss from the probabilities; the same threads.

Each side has a process of its own, so that (a) runs as it would without the book: `predict` tells the C library to
keep freed memory, which would speed up (a) too. Timed row by row in turn: whenever (a) has finished a row of its
plane, (b) computes one of its own. The last line is the ratio of the median times of a row. Printed before it: the
speed of (b) in float32, by how much its peak memory grows from one row to a third of them, and the share of labels
that bfloat16 changes. GPUs are hidden.
"""

import argparse
import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from statistics import median

import loss_landscapes
import torch
import torch.nn.functional as F
from loss_landscapes.metrics import Loss
from torch import nn

from ldiv_utils import datasets
from ldiv_utils.networks import initial_point, network
from ldiv_utils.points.planes import filter_normalised, grid
from ldiv_utils.predict import each_prediction, predict
from ldiv_utils.specs import Precision, Spec

SPEC = Spec(architecture="medium_cnn")


def usual_network() -> nn.Module:
    """MediumCNN as an ordinary module: the same function of its weights as the book's."""
    layers: list[nn.Module] = []
    for before, after in [(3, 64), (64, 128), (128, 256), (256, 256)]:
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.Dropout(0.1), nn.MaxPool2d(2), nn.ReLU()]
    return nn.Sequential(*layers[:-1], nn.Flatten(), nn.Linear(1024, 10)).eval()


class RowByRow(Loss):
    """The package's loss, which lets another side compute a row after each of its own, and times both."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor, steps: int, other_row: Callable[[int], float]):
        super().__init__(F.cross_entropy, images, labels)
        self.steps, self.other_row, self.points = steps, other_row, 0
        self.times: list[tuple[float, float]] = []
        self.started = time.perf_counter()

    def __call__(self, model) -> float:
        value = super().__call__(model)
        self.points += 1
        if self.points % self.steps == 0:
            theirs = time.perf_counter() - self.started
            self.times.append((theirs, self.other_row(self.points // self.steps - 1)))
            print(f"row {len(self.times)}: {theirs:.2f} s, {self.times[-1][1]:.2f} s", flush=True)
            self.started = time.perf_counter()
        return value


@cache
def scene(images: int) -> tuple[torch.Tensor, ...]:
    """Test images and their labels, a point (D,), and two random, filter-normalised directions (2, D)."""
    test, net = datasets.load("cifar10").test, network("medium_cnn", (3, 32, 32), 10)
    theta = initial_point(net, 0)
    random = torch.randn(2, len(theta), generator=torch.Generator().manual_seed(0))
    two = torch.stack([filter_normalised(net, direction, theta) for direction in random])
    return test.images[:images], test.labels[:images], theta, two


def our_rows(steps: int, images: int, y: int, rows: int = 1, precision: Precision = "bfloat16") -> tuple[float, float]:
    """Side (b): rows y, y + 1, … of the plane. Seconds, and the most memory the process has held so far, in MB."""
    pixels, labels, theta, two = scene(images)
    axis = torch.linspace(-1, 1, steps)
    start, places = time.perf_counter(), grid(axis, axis[y : y + rows])
    for probs in each_prediction(SPEC, (theta + place @ two for place in places), pixels, precision):
        F.nll_loss(probs.log(), labels).item()
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def changed_labels(images: int) -> float:
    """The share of labels that bfloat16 changes."""
    pixels, _, theta, _ = scene(images)
    fine, coarse = (predict(SPEC, theta[None], pixels, p).argmax(-1) for p in ("float32", "bfloat16"))
    return (fine != coarse).float().mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=21, help="rows of the plane, and points in a row (default: 21)")
    parser.add_argument("--images", type=int, default=1000, help="how many test images (default: 1000)")
    options = parser.parse_args()
    steps, images = options.steps, options.images
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    with ProcessPoolExecutor(1, get_context("spawn")) as our_process:

        def ours(*arguments):
            return our_process.submit(our_rows, steps, images, *arguments).result()

        ours(0)  # once before it counts
        peaks = ours(0)[1], ours(0, steps // 3 + 1)[1]
        pixels, labels, _, _ = scene(images)
        metric = RowByRow(pixels.float(), labels, steps, lambda y: ours(y)[0])
        model = usual_network()
        model(metric.inputs)
        metric.started = time.perf_counter()
        loss_landscapes.random_plane(model, metric, steps=steps, normalization="filter")
        fine, changed = ours(0, 1, "float32")[0], our_process.submit(changed_labels, images).result()

    theirs, our = (steps / median(seconds) for seconds in zip(*metric.times, strict=True))
    print(f"{steps} × {steps} points, {images} images, {torch.get_num_threads()} threads")
    print(f"(a) loss-landscapes: {theirs:.2f} points/s; (b) this book: {our:.2f} points/s")
    print(f"(b) in float32: {steps / fine:.2f} points/s")
    print(f"peak memory of (b) after a third of the rows over that after one: {peaks[1] / peaks[0]:.3f}")
    print(f"labels that bfloat16 changes: {changed:.3f}")
    print(f"ratio {our / theirs:.1f}")


if __name__ == "__main__":
    main()
