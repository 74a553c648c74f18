"""What a training run is, said completely: by the book's names, or by names that the reader registers."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args, get_origin

Architecture = Literal["small_cnn", "medium_cnn", "resnet20"]
DatasetName = Literal["digits", "digits_0_7", "cifar10", "cifar100"]
Scaling = Literal["raw", "standardised", "centred"]
Schedule = Literal["constant", "halve", "steps", "cosine"]
Augmentation = Literal["none", "shift_flip"]
Precision = Literal["float32", "bfloat16"]
PresetName = Literal["quick", "paper"]


def known(what: str, value: object, allowed: Any) -> None:
    """Raise ValueError unless the value is among those allowed: a Literal's, or some names.

    The one sentence of the book for a name that it does not know.
    """
    names: Iterable = get_args(allowed) if get_origin(allowed) is Literal else tuple(allowed)
    if value not in names:
        raise ValueError(f"{what} {value!r} is unknown; allowed: {', '.join(map(str, names))}")


@dataclass(frozen=True)
class Registered:
    """What the reader's name stands for, and a hash of what that says, which counts in the name of every run."""

    make: Callable
    code: str


Kind = Literal["architecture", "dataset"]
BOOKS = {"architecture": get_args(Architecture), "dataset": get_args(DatasetName)}
REGISTERED: dict[Kind, dict[str, Registered]] = {"architecture": {}, "dataset": {}}


def names_of(kind: Kind) -> list[str]:
    """What a spec may say there: the book's names, then the reader's."""
    return [*BOOKS[kind], *REGISTERED[kind]]


def register(kind: Kind, name: str, make: Callable, code: str) -> None:
    """Let specs take a name of the reader's; use `networks.register` and `datasets.register`.

    Registering a name again replaces it. Raises ValueError for a name of the book's, or one that is no identifier.
    """
    if name in BOOKS[kind] or not name.isidentifier():
        raise ValueError(f"{kind} {name!r} was to be registered; allowed: an identifier that is not the book's own")
    REGISTERED[kind][name] = Registered(make, code)


@dataclass(frozen=True)
class Spec:
    """Everything that decides a training run: the same spec gives the same trajectory.

    The defaults are SmallCNN on CIFAR-10 at the paper's settings (Fort et al. 2020, section 3;
    the authors' code where the text is silent).

    Attributes:
        architecture, dataset: the book's, or registered by the reader.
        scaling: `raw` pixels as stored (0–255), `standardised` per channel, or `centred`:
            divided by 255 with the mean training image subtracted (ResNet20v1).
        schedule: `constant`; `halve` the rate every 10 epochs; `steps`: × 0.1, 0.01, 0.001,
            0.0005 after 40, 60, 80 and 90 % of the epochs (80, 120, 160, 180 of 200); `cosine`: from
            the rate to 0 over all epochs, a little at every step.
        dropout: probability that a unit is dropped, in [0, 1).
        weight_decay: λ of the penalty λ Σ w² over convolution kernels.
        precision: of the training arithmetic; weights and optimiser are float32 always.
        init_seed: decides the initial weights, and nothing else.
        batch_seed: decides the batches, their augmentation and the dropout masks.
        code: what the registered names stand for, as hashes; follows from them.

    A whole number is taken where a float is wanted. Raises ValueError for any other value that is not allowed.
    """

    architecture: str = "small_cnn"
    dataset: str = "cifar10"
    scaling: Scaling = "raw"
    epochs: int = 40
    batch_size: int = 128
    optimizer: Literal["adam", "sgd"] = "adam"
    learning_rate: float = 1.6e-3
    schedule: Schedule = "halve"
    dropout: float = 0.1
    weight_decay: float = 0.0
    augmentation: Augmentation = "none"
    precision: Precision = "bfloat16"
    init_seed: int = 0
    batch_seed: int = 0
    code: str = field(default="", init=False, repr=False)

    def __post_init__(self):
        for kind in REGISTERED:
            known(kind, getattr(self, kind), names_of(kind))
        for each in fields(self):
            value = getattr(self, each.name)
            if each.type is float and isinstance(value, int | float) and not isinstance(value, bool):
                value = float(value)  # 1 and 1.0 are one rate, and name one result
                object.__setattr__(self, each.name, value)
            if get_origin(each.type) is Literal:
                known(each.name, value, each.type)
            elif type(value) is not each.type:
                raise ValueError(f"{each.name} must be {each.type.__name__}, but {value!r} was given")
        for name, least in [("epochs", 1), ("batch_size", 1), ("init_seed", 0), ("batch_seed", 0)]:
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, but {getattr(self, name)} was given")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must lie in [0, 1), but {self.dropout} was given")
        if not 0 < self.learning_rate < float("inf"):
            raise ValueError(f"learning_rate must be positive and finite, but {self.learning_rate} was given")
        if not 0 <= self.weight_decay < float("inf"):
            raise ValueError(f"weight_decay must be 0 or more and finite, but {self.weight_decay} was given")
        own = {kind: registered.get(getattr(self, kind)) for kind, registered in REGISTERED.items()}
        object.__setattr__(self, "code", " ".join(f"{kind} {one.code}" for kind, one in own.items() if one))

    def as_dict(self) -> dict[str, str | int | float]:
        """The fields as plain values, for a header or a table; `code` only if there is any."""
        return {name: value for name, value in asdict(self).items() if name != "code" or value}


def current(spec: Spec) -> None:
    """Raise ValueError for what is no spec, or one older than what its names stand for now."""
    if not isinstance(spec, Spec):
        raise ValueError(f"a spec of type {type(spec).__name__} was given; allowed: a Spec")
    if replace(spec).code != spec.code:
        raise ValueError(f"{spec} was made before what it names was registered anew; make it again")
