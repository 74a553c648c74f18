"""Images per second of training four SmallCNNs for an epoch of CIFAR-10: (a) as usual, (b) as in this book.

(a) As most public code does it: one network after the other, a DataLoader with two workers and torchvision's ToTensor
    and Normalize for every image, channels-first float32, nn.Dropout, torch.optim.Adam, torch's own choice of threads.
(b) `many.train` with the book's default spec: a process a core with one thread each, resident images, bfloat16.

Timed: everything from the images in memory to the trained weights, with the start of the DataLoader's workers in (a),
with checkpoints and validation in (b). Not timed: reading the dataset, importing, starting the processes of (b); a pass
of each side before the first round does these. The last line is the median of the rounds' ratios. GPUs are hidden.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median

import joblib
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset
from torch.utils.flop_counter import FlopCounterMode

from ldiv_utils import datasets, paths
from ldiv_utils.datasets import download
from ldiv_utils.datasets.torchvision_cpu import import_torchvision
from ldiv_utils.runs import many, training
from ldiv_utils.specs import Spec

MEMBERS, BATCH, WORKERS = 4, 128, 2
seeds = count()  # no run is trained twice


class Pictures(Dataset):
    """The training images as torchvision's CIFAR10 gives them: a PIL picture, transformed, and its label."""

    def __init__(self):
        split, transforms = datasets.load("cifar10").train, import_torchvision().transforms
        self.arrays, self.labels = split.images.permute(0, 2, 3, 1).contiguous().numpy(), split.labels.tolist()
        normalize = transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))
        self.transform = transforms.Compose([transforms.ToTensor(), normalize])

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
        return self.transform(Image.fromarray(self.arrays[i])), self.labels[i]


def usual_network() -> nn.Module:
    """SmallCNN as an ordinary module: the same function of its weights as the book's."""
    layers: list[nn.Module] = []
    for before, after in [(3, 16), (16, 32), (32, 32)]:
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.Dropout(0.1), nn.MaxPool2d(2), nn.ReLU()]
    return nn.Sequential(*layers[:-1], nn.Flatten(), nn.Linear(512, 10))


def train_as_usual(pictures: Dataset, members: int) -> None:
    for _ in range(members):
        torch.manual_seed(next(seeds))
        net, criterion = usual_network().train(), nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam(net.parameters(), lr=1.6e-3)
        for images, labels in DataLoader(pictures, BATCH, shuffle=True, num_workers=WORKERS, drop_last=True):
            optimizer.zero_grad()
            loss = criterion(net(images), labels)
            loss.backward()
            optimizer.step()


def train_as_the_book(members: int) -> None:
    many.train([Spec(epochs=1, batch_size=BATCH, init_seed=next(seeds)) for _ in range(members)])


def seconds(function: Callable, *arguments) -> float:
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def matmul_rate(dtype: torch.dtype) -> float:
    """FLOP/s of the fastest of ten products of two 2048×2048 matrices, on all cores."""
    a, b = torch.randn(2, 2048, 2048).to(dtype)
    return 2 * 2048**3 / min(seconds(torch.matmul, a, b) for _ in range(10))


def flops_per_image() -> float:
    """FLOPs of a training step in the convolutions and the dense layer, forward and backward; a multiply-add is two."""
    with FlopCounterMode(display=False) as counter:
        usual_network()(torch.randn(BATCH, 3, 32, 32)).sum().backward()
    return counter.get_total_flops() / BATCH


def print_profile(steps: int) -> None:
    """Where (b) spends its time: one network for an epoch, in this process, on one thread."""
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
        total = seconds(training.trajectory, Spec(epochs=1, batch_size=BATCH, init_seed=next(seeds)))
    operators = {event.key: event.self_cpu_time_total / 1e6 for event in profiler.key_averages()}
    rows = sorted(operators.items(), key=lambda row: -row[1])[:6]
    rows.append(("outside torch: Python, NumPy's random bits", total - sum(operators.values())))
    print(f"| operator ({total / steps * 1e3:.1f} ms a step with the profiler) | own ms a step | share |")
    print("| --- | ---: | ---: |", *(f"| {k} | {v / steps * 1e3:.2f} | {v / total:.0%} |" for k, v in rows), sep="\n")


def compare(rounds: int, with_profile: bool) -> None:
    pictures, cores = Pictures(), joblib.cpu_count()
    steps = len(pictures) // BATCH
    images = MEMBERS * steps * BATCH
    print(f"{MEMBERS} networks × {steps} steps × {BATCH} images, {cores} cores, torch {torch.__version__}", flush=True)
    train_as_usual(Subset(pictures, range(10 * BATCH)), 1)
    train_as_the_book(cores)
    if with_profile:
        print_profile(steps)
    results = []
    for i in range(rounds):
        rates = matmul_rate(torch.bfloat16), matmul_rate(torch.float32)
        a, b = images / seconds(train_as_usual, pictures, MEMBERS), images / seconds(train_as_the_book, MEMBERS)
        print(f"round {i + 1}: (a) {a:.0f} images/s, (b) {b:.0f} images/s, ratio {b / a:.2f}", flush=True)
        results.append((a, b, b / a, *rates))
    a, b, ratio, bf16, fp32 = map(median, zip(*results, strict=True))
    flops = flops_per_image()
    print(f"matrix product 2048×2048 on all cores: {bf16 / 1e9:.0f} GFLOP/s in bf16, {fp32 / 1e9:.0f} in fp32")
    print(f"an image: {flops / 1e6:.2f} MFLOP in convolutions and the dense layer, forward and backward")
    for name, speed in [("a", a), ("b", b)]:
        print(f"({name}) {speed:.0f} images/s = {speed * flops / bf16:.1%} of bf16, {speed * flops / fp32:.1%} of fp32")
    print(f"ratio {ratio:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, help="training images in an epoch (default: all 49500)")
    parser.add_argument("--rounds", type=int, default=2, help="how many times (a), (b) (default: 2)")
    parser.add_argument("--profile", action="store_true", help="print also where (b) spends its time")
    options = parser.parse_args()
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LDIV_RUNS"] = folder  # nothing stored earlier is found, nothing stays
        if options.images:  # a smaller dataset, which both sides read in place of the whole one
            parts = load_file(download.ensure("cifar10", paths.data()))
            kept = options.images + datasets.facts("cifar10").validation
            parts |= {f"train_{kind}": parts[f"train_{kind}"][:kept].clone() for kind in ("images", "labels")}
            save_file(parts, Path(folder) / "cifar10.safetensors")
            os.environ["LDIV_DATA"] = folder
        compare(options.rounds, options.profile)


if __name__ == "__main__":
    main()
