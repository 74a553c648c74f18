"""Points per second of a 21 × 21 plane of MediumCNN's loss on 1,000 CIFAR-10 images: loss-landscapes, and this book.

(a) `loss_landscapes.random_plane` (3.0) as it is: an ordinary module with `nn.Dropout` in evaluation mode, the
    package's `Loss` on all images at once, filter-normalised directions; torch's own choice of threads.
(b) `each_prediction` over points made one by one, along two directions normalised likewise, in bfloat16
    as the book makes its planes; the same loss from the probabilities; the same threads.
    It tells the C library to keep freed memory, which holds for the process and so for (a) as well.

Timed row by row in turn: whenever (a) has finished a row of its plane, (b) computes one of its own. The last line is
the ratio of the median times of a row. Printed before it: the speed of (b) in float32, by how much its peak memory
grows from one row to a third of them, and the share of labels that bfloat16 changes. GPUs are hidden.
"""

import argparse
import os
import resource
import time
from collections.abc import Callable
from statistics import median

import loss_landscapes
import torch
import torch.nn.functional as F
from loss_landscapes.metrics import Loss
from torch import nn

from ldiv_utils import data
from ldiv_utils.landscape import filter_normalised, grid
from ldiv_utils.models import initial_point, network
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


def directions(theta: torch.Tensor, net: nn.Module) -> torch.Tensor:
    """Two random, filter-normalised directions, (2, D)."""
    random = torch.randn(2, len(theta), generator=torch.Generator().manual_seed(0))
    return torch.stack([filter_normalised(net, direction, theta) for direction in random])


def megabytes() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=21, help="rows of the plane, and points in a row (default: 21)")
    parser.add_argument("--images", type=int, default=1000, help="how many test images (default: 1000)")
    options = parser.parse_args()
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    test = data.load("cifar10").test
    images, labels = test.images[: options.images], test.labels[: options.images]
    net = network("medium_cnn", (3, 32, 32), 10)
    theta = initial_point(net, 0)
    two, axis = directions(theta, net), torch.linspace(-1, 1, options.steps)

    def row(y: int, precision: Precision = "bfloat16", rows: int = 1) -> float:
        start, places = time.perf_counter(), grid(axis, axis[y : y + rows])
        points = (theta + place @ two for place in places)
        for probs in each_prediction(SPEC, points, images, precision):
            F.nll_loss(probs.log(), labels).item()
        return time.perf_counter() - start

    row(0)  # once before it counts; before (a) is there, whose memory is the larger
    peaks = [megabytes()]
    row(0, rows=options.steps // 3 + 1)
    peaks.append(megabytes())
    metric = RowByRow(images.float(), labels, options.steps, row)
    model = usual_network()
    model(metric.inputs)
    metric.started = time.perf_counter()
    loss_landscapes.random_plane(model, metric, steps=options.steps, normalization="filter")

    theirs, ours = zip(*metric.times, strict=True)
    fine, coarse = (predict(SPEC, theta[None], images, p).argmax(-1) for p in ("float32", "bfloat16"))
    points = options.steps / median(theirs), options.steps / median(ours)
    print(f"{options.steps} × {options.steps} points, {len(images)} images, {torch.get_num_threads()} threads")
    print(f"(a) loss-landscapes: {points[0]:.2f} points/s; (b) this book: {points[1]:.2f} points/s")
    print(f"(b) in float32: {options.steps / row(0, 'float32'):.2f} points/s")
    print(f"peak memory of (b) after a third of the rows over that after one: {peaks[1] / peaks[0]:.3f}")
    print(f"labels that bfloat16 changes: {(fine != coarse).float().mean():.3f}")
    print(f"ratio {points[1] / points[0]:.1f}")


if __name__ == "__main__":
    main()
