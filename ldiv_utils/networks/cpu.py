"""What makes a CPU fast: bfloat16 where it has that, a dropout mask that is cheap, and memory that is kept.

Torch's own dropout takes half of a training step: it draws one Bernoulli number for each unit, 7 ns each; here 64
random bits serve four units.
"""

import ctypes
import platform
import sys
from contextlib import suppress

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def emulates_bfloat16() -> bool:
    """Whether this processor only emulates bfloat16, so that float32 is the faster, and more exact.

    Measured on one core, batches of 128 images of 32×32: with the extension AVX512_BF16 a training step of MediumCNN
    takes half of float32's time; with AVX-512 alone, which widens every number and rounds it back, twice; below
    AVX-512, where oneDNN has no kernels for it, some thirty times. On 64-bit ARM under Linux, torch's word on oneDNN
    counts. On a Mac nothing was measured, and float32 is what Apple's own library is fast at: so yes there.
    `ATEN_CPU_CAPABILITY` has no say in it, since products and convolutions are oneDNN's; `ONEDNN_MAX_CPU_ISA` below
    AVX-512 has.
    """
    if sys.platform == "darwin" or not torch.backends.mkldnn.is_available():
        return True
    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return True
    return platform.machine() in ("x86_64", "AMD64") and not torch.cpu._is_avx512_bf16_supported()


def dropout(x: Tensor, probability: float, training: bool) -> Tensor:
    """`x` with each entry zeroed with `probability` (to 2⁻¹⁵), the rest divided by 1 − probability.

    All randomness comes from torch's global generator of the device. Evaluation returns `x` itself.
    """
    if not training or probability == 0:
        return x
    if x.device.type != "cpu" or x.dtype != torch.bfloat16:
        return F.dropout(x, probability)
    return x * keep_mask(x, probability)


def keep_mask(x: Tensor, probability: float) -> Tensor:
    """A bfloat16 tensor laid out like `x`: 0 with `probability`, else 1 / (1 − probability).

    Built from integers: 15 random bits minus the threshold are negative where a unit is dropped, the
    sign bit spreads to a mask of ones, and what it leaves are the bits of the kept value.
    """
    seed = int(torch.randint(2**62, ()))
    words = np.random.SFC64(seed).random_raw(-(-x.numel() // 4)).view(np.int16)[: x.numel()]
    value = torch.tensor(1 / (1 - probability), dtype=torch.bfloat16).view(torch.int16)
    bits = torch.from_numpy(words).bitwise_and_(0x7FFF).sub_(round(probability * 0x8000))
    bits = bits.bitwise_right_shift_(15).bitwise_not_().bitwise_and_(value)
    return bits.view(torch.bfloat16).as_strided(x.shape, x.stride())


def keep_freed() -> None:
    """Stop glibc from giving every activation's memory back and fetching it anew.

    That is a tenth of a training step on a CPU, and a twentieth of a prediction. Holds for the process from then on;
    does nothing where the C library is another.
    """
    with suppress(AttributeError, OSError, TypeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD, its largest value
        libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD
