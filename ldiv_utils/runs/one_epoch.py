"""One epoch of training: its batches, its steps, and what makes it the same every time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from ..datasets.images import Split, augment
from ..networks.point import from_point, logits
from ..specs import Spec
from . import optimizers
from .schedules import learning_rate

ONE_RUN = Lock()


def one_epoch(
    spec: Spec,
    net: nn.Module,
    theta: Float[Tensor, " D"],
    state: dict[str, Tensor],
    train: Split,
    inputs: Callable[[Tensor], Tensor],
    epoch: int,
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Move `theta` and the optimiser's `state` by one pass over the training images.

    Returns the mean loss and accuracy over its batches, in double precision. Everything random hangs on
    (batch_seed, epoch). Raises ValueError if the loss is no longer finite.
    """
    steps = max(1, len(train) // spec.batch_size)
    generator = torch.Generator().manual_seed(spec.batch_seed * 1_000_003 + epoch)
    batches = torch.randint(len(train), (steps, spec.batch_size), generator=generator)
    loss_sum = torch.zeros((), device=theta.device, dtype=torch.float64)
    right_sum = torch.zeros((), device=theta.device, dtype=torch.float64)
    kernels = [name for name, p in net.named_parameters() if p.dim() == 4]
    cuda = [theta.device] if theta.is_cuda else []
    net.train()
    with torch.random.fork_rng(cuda):
        torch.manual_seed(spec.batch_seed * 1_000_003 + epoch + 500_000)
        for step, batch in enumerate(batches.to(theta.device)):
            labels = train.labels[batch]
            images = augment(inputs(train.images[batch]), spec.augmentation, generator)
            with torch.autocast(theta.device.type, torch.bfloat16, enabled=spec.precision == "bfloat16"):
                outputs = logits(net, theta, images)
            outputs = outputs.float()
            loss = F.cross_entropy(outputs, labels)
            objective = loss
            if spec.weight_decay:
                weights = from_point(net, theta)
                objective = loss + spec.weight_decay * sum(weights[name].square().sum() for name in kernels)
            rate = learning_rate(spec, epoch + step / steps)
            [gradient] = torch.autograd.grad(objective, theta)
            optimizers.step(spec, theta.detach(), gradient, state, rate)
            loss_sum += loss.detach()
            right_sum += (outputs.detach().argmax(1) == labels).sum()
    net.eval()
    if not torch.isfinite(loss_sum):
        raise ValueError(f"the loss of {spec} is no longer finite in epoch {epoch + 1}; lower its learning_rate")
    return loss_sum / steps, right_sum / (steps * spec.batch_size)


def resident(split: Split, where: torch.device) -> Split:
    """The split on the device, images channels-last."""
    images = split.images.to(where).contiguous(memory_format=torch.channels_last)
    return Split(images, split.labels.to(where))


@contextmanager
def reproducibly() -> Iterator[None]:
    """One run at a time in a process, on one CPU thread, without cuDNN's choices by timing or TF32.

    Threads share torch's global generator and settings, so a second run must wait.
    """
    cudnn, products = torch.backends.cudnn, torch.backends.cuda.matmul
    with ONE_RUN:
        before = torch.get_num_threads(), cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, products.allow_tf32
        torch.set_num_threads(1)
        cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, products.allow_tf32 = True, False, False, False
        try:
            yield
        finally:
            torch.set_num_threads(before[0])
            cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, products.allow_tf32 = before[1:]
