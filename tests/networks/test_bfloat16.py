"""bfloat16 is computed in where the processor has it, float32 where it would be emulated."""

import os
import platform
import subprocess
import sys

import pytest
import torch

from ldiv_utils.networks import cpu

# A processor with AVX2 and no more, which this one can play.
AVX2 = {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"}
PREDICTS = """
import torch
from ldiv_utils import datasets, networks
from ldiv_utils.networks.cpu import emulates_bfloat16
from ldiv_utils.predict import predict
from ldiv_utils.specs import Spec

assert emulates_bfloat16()
digits = datasets.load("digits")
for architecture in ("small_cnn", "resnet20"):
    spec = Spec(architecture=architecture, dataset="digits")
    theta = networks.initial_point(networks.network(architecture, digits.shape, 10), 0)
    fast, fine = (predict(spec, theta[None], digits.test.images[:9], kind) for kind in ("bfloat16", "float32"))
    assert fast.equal(fine), architecture
"""
TRAINS = """
from dataclasses import replace
from ldiv_utils import presets
from ldiv_utils.runs import training

spec = replace(presets.specs("small_cnn")[0], epochs=1)
assert training.run(spec)["points"].equal(training.run(replace(spec, precision="float32"))["points"])
"""


def there(code):
    """What a process that takes this processor for one with AVX2 says of `code`, which must end well."""
    variables = {**os.environ, **AVX2, "LDIV_PRESET": "quick"}
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


on_x86 = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the variables are those of x86")


@on_x86
def test_predictions_are_in_float32_there():
    there(PREDICTS)


@on_x86
def test_the_quick_preset_trains_in_float32_there():
    there(TRAINS)


@pytest.mark.parametrize(
    ("system", "machine", "onednn", "kernels", "extension", "emulates"),
    [
        ("linux", "x86_64", True, True, True, False),  # Zen 4, Sapphire Rapids
        ("linux", "x86_64", True, True, False, True),  # Skylake to Ice Lake: AVX-512 without the extension
        ("linux", "x86_64", True, False, False, True),  # AVX2: most laptops
        ("win32", "AMD64", True, True, False, True),
        ("win32", "AMD64", True, True, True, False),
        ("linux", "aarch64", True, True, False, False),  # Graviton 3
        ("linux", "aarch64", True, False, False, True),
        ("linux", "aarch64", False, True, False, True),
        ("darwin", "arm64", True, True, False, True),
        ("darwin", "x86_64", True, True, True, True),
    ],
)
def test_what_is_taken_for_emulation(system, machine, onednn, kernels, extension, emulates, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: onednn)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: kernels, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: extension)
    assert cpu.emulates_bfloat16() == emulates
