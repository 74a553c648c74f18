"""Seconds of a Multi-SWAG prediction, 5 MediumCNNs × 20 samples on 2,000 CIFAR-10 images: (a) as usual, (b) as here.

(a) As public code for SWAG does it: each sample is loaded into an ordinary module, for which a DataLoader with two
    workers and torchvision's ToTensor and Normalize goes over the images; channels-first float32, torch's own choice of
    threads; the probabilities of each pass go to NumPy, which adds them up.
(b) `each_prediction` over the samples, images in memory, bfloat16, the same threads.

Both predict with the same samples, `points.swag_samples`; in place of a tail's points stand random ones around a
published solution. Both see pixels from 0 to 255, to which Normalize brings them back, so that their predictions can be
compared. Each side has a process of its own, so that (a) runs as it would without the book: `predict` tells the C
library to keep freed memory, which would speed up (a) too. Timed, run by run in turn: from the samples to their mean
prediction, with the start of the DataLoader's workers in (a). Not timed: reading the dataset, drawing the samples,
importing; a sample of each side before the first run does these. The last line is the median of the runs' ratios, the
line above says how far the two predictions are apart. GPUs are hidden.
"""

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from statistics import median

import numpy as np
import torch
from bench_plane import SPEC, usual_network
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from ldiv_utils import datasets, points, presets, runs
from ldiv_utils.datasets.torchvision_cpu import import_torchvision
from ldiv_utils.predict import each_prediction

RUNS, SAMPLES, IMAGES, BATCH, WORKERS = 5, 20, 2000, 128, 2


class Pictures(Dataset):
    """Images, (N, 3, h, w) of uint8, as torchvision gives them: a PIL picture, transformed; from 0 to 255 again."""

    def __init__(self, images: Tensor):
        transforms = import_torchvision().transforms
        self.arrays = images.permute(0, 2, 3, 1).contiguous().numpy()
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.0] * 3, [1 / 255] * 3)])

    def __len__(self) -> int:
        return len(self.arrays)

    def __getitem__(self, i: int) -> Tensor:
        return self.transform(Image.fromarray(self.arrays[i]))


def predict_as_usual(samples: Tensor, pictures: Dataset) -> Tensor:
    """The mean class probabilities, (N, C), of S samples, (S, D), by (a)."""
    net, total = usual_network(), 0
    for sample in samples:
        nn.utils.vector_to_parameters(sample, net.parameters())
        with torch.no_grad():
            passes = [net(images).softmax(-1).numpy() for images in DataLoader(pictures, BATCH, num_workers=WORKERS)]
        total = total + np.concatenate(passes)
    return torch.from_numpy(total / len(samples))


def predict_as_the_book(samples: Tensor, images: Tensor) -> Tensor:
    """The same by (b)."""
    return sum(each_prediction(SPEC, samples, images, "bfloat16")) / len(samples)


@cache
def images_of(count: int) -> Tensor:
    return datasets.load("cifar10").test.images[:count]


def samples_of(run: int, count: int) -> Tensor:
    """Samples, (S, D), of a Gaussian around the solution of a run."""
    theta = runs.ends(presets.specs("medium_cnn")[run : run + 1])
    passed = theta + 0.003 * torch.randn(SAMPLES, theta.shape[1], generator=torch.Generator().manual_seed(run))
    return points.swag_samples(points.swag(passed, SAMPLES), "swag", count, run)


def timed(usual: bool, run: int, count: int, images: int) -> tuple[float, Tensor]:
    """Seconds that one side takes for a run, and what it predicts."""
    samples, pixels = samples_of(run, count), images_of(images)
    pictures = Pictures(pixels)
    start = time.perf_counter()
    probs = predict_as_usual(samples, pictures) if usual else predict_as_the_book(samples, pixels)
    return time.perf_counter() - start, probs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=IMAGES, help=f"how many test images (default: {IMAGES})")
    parser.add_argument("--samples", type=int, default=SAMPLES, help=f"samples of a run (default: {SAMPLES})")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how many runs, at most {RUNS} (default: {RUNS})")
    options = parser.parse_args()
    os.environ |= {"CUDA_VISIBLE_DEVICES": "", "LDIV_PRESET": "paper"}
    size = f"{options.runs} runs × {options.samples} samples × {options.images} images"
    print(f"{size}, {torch.get_num_threads()} threads, torch {torch.__version__}", flush=True)
    times, sums = [], [0, 0]
    with ProcessPoolExecutor(1, get_context("spawn")) as ours:
        timed(True, 0, 1, options.images)
        ours.submit(timed, False, 0, 1, options.images).result()
        for run in range(options.runs):
            a, by_a = timed(True, run, options.samples, options.images)
            b, by_b = ours.submit(timed, False, run, options.samples, options.images).result()
            times.append((a, b))
            sums = [total + probs for total, probs in zip(sums, (by_a, by_b), strict=True)]
            print(f"run {run + 1}: (a) {a:.1f} s, (b) {b:.1f} s, ratio {a / b:.2f}", flush=True)
    usual, book = (total / options.runs for total in sums)
    changed = (usual.argmax(-1) != book.argmax(-1)).float().mean()
    print(f"(a) {sum(a for a, _ in times):.0f} s, (b) {sum(b for _, b in times):.0f} s in all")
    print(f"probabilities differ by {(usual - book).abs().max():.4f} at most, labels on {changed:.2%} of the images")
    print(f"ratio {median(a / b for a, b in times):.1f}")


if __name__ == "__main__":
    main()
