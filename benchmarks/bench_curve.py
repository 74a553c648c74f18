"""Images per second of training Bezier curves between SmallCNNs for an epoch of CIFAR-10: (a) as usual, (b) as here.

(a) As public code for curves does it: every layer is a module that holds its weights at each of the three pivots and
    mixes them anew for each batch; one curve after the other, a DataLoader with two workers and torchvision's ToTensor
    and Normalize for every image, channels-first float32, nn.Dropout, torch.optim.Adam, torch's own choice of threads.
(b) `runs.descent.descend` with the book's default spec: one product of coefficients and pivots gives a network, whose
    gradient times its coefficient is the bend's; a process a core with one thread each, resident images, bfloat16.

The curves are two, so that two cores have work in (b). Timed: everything from the images in memory to the trained
bends, with the start of the DataLoader's workers in (a). Not timed: reading the dataset, importing, starting the
processes of (b); a pass of each side before the first round does these. The last line is the median of the rounds'
ratios; the line above has a single curve on one core. GPUs are hidden.
"""

import argparse
import os
from statistics import median

import joblib
import torch
import torch.nn.functional as F
from bench_train import BATCH, WORKERS, Pictures, seconds
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Subset

from ldiv_utils.networks import initial_point, network
from ldiv_utils.points import bezier, segment
from ldiv_utils.runs.descent import descend
from ldiv_utils.specs import Spec

CURVES, RATE = 2, 1.6e-3


class Mixed(nn.Module):
    """A layer whose weights lie on a curve: a copy for each pivot, of which the ends do not learn."""

    def __init__(self, layer: type[nn.Module], *sizes: int, **settings: int):
        super().__init__()
        self.copies = nn.ModuleList(layer(*sizes, **settings) for _ in range(3))
        for end in (self.copies[0], self.copies[2]):
            end.requires_grad_(False)

    def forward(self, inputs: Tensor, coefficients: Tensor) -> Tensor:
        weight = sum(c * copy.weight for c, copy in zip(coefficients, self.copies, strict=True))
        bias = sum(c * copy.bias for c, copy in zip(coefficients, self.copies, strict=True))
        if weight.dim() == 2:
            return F.linear(inputs, weight, bias)
        return F.conv2d(inputs, weight, bias, padding=1)


class UsualCurve(nn.Module):
    """SmallCNN on a Bezier curve of three pivots, as an ordinary module."""

    def __init__(self):
        super().__init__()
        sizes = [(3, 16), (16, 32), (32, 32)]
        self.convolutions = nn.ModuleList(Mixed(nn.Conv2d, *size, kernel_size=3, padding=1) for size in sizes)
        self.dense, self.dropout = Mixed(nn.Linear, 512, 10), nn.Dropout(0.1)

    def forward(self, images: Tensor, t: Tensor) -> Tensor:
        coefficients = torch.stack([(1 - t) ** 2, 2 * t * (1 - t), t**2])
        for i, convolution in enumerate(self.convolutions):
            inputs = F.relu(images) if i else images  # as in the book, the last has no ReLU
            images = F.max_pool2d(self.dropout(convolution(inputs, coefficients)), 2)
        return self.dense(images.flatten(1), coefficients)


def train_as_usual(pictures: Dataset, curves: int) -> None:
    for seed in range(curves):
        torch.manual_seed(seed)
        net, criterion = UsualCurve().train(), nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=RATE)
        for images, labels in DataLoader(pictures, BATCH, shuffle=True, num_workers=WORKERS, drop_last=True):
            optimizer.zero_grad()
            criterion(net(images, torch.rand(())), labels).backward()
            optimizer.step()


def one_curve(seed: int, steps: int) -> None:
    spec, net = Spec(batch_size=BATCH, batch_seed=seed), network("small_cnn", (3, 32, 32), 10)
    ends = [initial_point(net, seed=2 * seed + end) for end in (0, 1)]
    t = torch.rand(steps, generator=torch.Generator().manual_seed(seed))
    descend(spec, segment(*ends, 3), bezier(t, 3), torch.full((steps,), RATE), fixed=(0, 2))


def train_as_the_book(curves: int, steps: int) -> None:
    joblib.Parallel(n_jobs=joblib.cpu_count())(joblib.delayed(one_curve)(seed, steps) for seed in range(curves))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, help="training images in an epoch (default: all 49500)")
    parser.add_argument("--rounds", type=int, default=2, help="how many times (a), (b) (default: 2)")
    options = parser.parse_args()
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    pictures, cores = Pictures(), joblib.cpu_count()
    steps = min(options.images or len(pictures), len(pictures)) // BATCH
    seen, images = Subset(pictures, range(steps * BATCH)), CURVES * steps * BATCH
    print(f"{CURVES} curves × {steps} steps × {BATCH} images, {cores} cores, torch {torch.__version__}", flush=True)
    train_as_usual(Subset(pictures, range(10 * BATCH)), 1)
    train_as_the_book(cores, 10)
    ratios, alone = [], []
    for i in range(options.rounds):
        a = images / seconds(train_as_usual, seen, CURVES)
        b = images / seconds(train_as_the_book, CURVES, steps)
        one = steps * BATCH / seconds(train_as_the_book, 1, steps)
        print(f"round {i + 1}: (a) {a:.0f} images/s, (b) {b:.0f} images/s, ratio {b / a:.2f}", flush=True)
        ratios.append(b / a)
        alone.append(one / a)
    print(f"one curve on one core of (b): {median(alone):.1f} times the rate of (a)")
    print(f"ratio {median(ratios):.1f}")


if __name__ == "__main__":
    main()
