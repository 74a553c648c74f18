"""Stored results side by side: over the cores of this machine, or over a cluster."""

import os
from collections.abc import Callable, Sequence

from joblib import Parallel, delayed

from ..datasets.images import register
from ..networks.point import device
from ..specs import REGISTERED
from ..store import memo
from ..store.audit import computing_again


def beside(function: Callable[..., memo.Result], calls: Sequence[tuple], jobs: int = -1) -> list[memo.Result]:
    """`function(*arguments)`, a stored function, for each of the calls: those not yet in the store side by side.

    On a CPU, a process a core with one thread each, through joblib: inside `joblib.parallel_config("dask")` the same
    call goes to a cluster. On a GPU, one after the other; here, too, while a published result is computed again, since
    a worker would not know that nothing is to be trained. `jobs` is joblib's.
    """
    missing = [call for call in calls if not memo.exists(function.recipe(*call))]
    if device().type == "cpu" and len(missing) > 1 and not computing_again():
        here = {name: value for name, value in os.environ.items() if name.startswith("LDIV_")}
        Parallel(n_jobs=jobs)(delayed(_in_worker)(here, REGISTERED, function, call) for call in missing)
    return [function(*call) for call in calls]


def _in_worker(environment: dict[str, str], registered: dict[str, dict], function: Callable, arguments: tuple) -> None:
    """Have `function` store its result, in a worker that may be older than the settings and registrations here."""
    for name in [name for name in os.environ if name.startswith("LDIV_") and name not in environment]:
        del os.environ[name]
    os.environ.update(environment)
    REGISTERED["architecture"].update(registered["architecture"])
    for name, own in registered["dataset"].items():
        if own.code != getattr(REGISTERED["dataset"].get(name), "code", None):
            register(name, own.make)
    function(*arguments)
