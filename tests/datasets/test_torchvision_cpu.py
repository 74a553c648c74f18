"""torchvision's datasets and transforms, whichever build stands beside torch."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from ldiv_utils.datasets import torchvision_cpu

FRESH = """
from ldiv_utils.datasets.torchvision_cpu import import_torchvision
torchvision = import_torchvision()
assert torchvision is import_torchvision()

import torch
import torchvision.datasets
from torchvision.transforms import v2
from torchvision.datasets import CIFAR10, CIFAR100

image = torch.arange(3 * 4 * 4, dtype=torch.uint8).view(3, 4, 4)
assert torch.equal(v2.RandomHorizontalFlip(p=1)(image), image.flip(-1))
torch.testing.assert_close(v2.ToDtype(torch.float32, scale=True)(image), image / 255)
assert CIFAR10.tgz_md5 == "c58f30108f718f92721af3b95e74349a" and len(CIFAR100.train_list) == 1
print("declared" if hasattr(torchvision, "_schemas_kept_alive") else "left alone")
"""


def fresh(code: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-c", code], check=False, env=environment, capture_output=True, encoding="utf-8", timeout=120
    )


def test_datasets_and_transforms_work_in_a_fresh_process():
    """And schemas are declared exactly where the plain import fails."""
    result = fresh(FRESH)
    assert result.returncode == 0, result.stderr
    plain = fresh("import torchvision")
    assert plain.returncode == 0 or "torchvision::nms" in plain.stderr
    assert result.stdout == ("left alone\n" if plain.returncode == 0 else "declared\n")


@pytest.fixture
def machine(monkeypatch):
    """A torch without torchvision's operators that notes what is defined, and the errors that imports will raise."""
    seen = SimpleNamespace(defined=[], errors=[], module=SimpleNamespace())

    def importing(name: str):
        assert name == "torchvision"
        if seen.errors:
            raise seen.errors.pop(0)
        return seen.module

    class Library:
        def __init__(self, *which):
            assert which == ("torchvision", "DEF")

        def define(self, schema: str):
            seen.defined.append(schema)

    seen.operators = SimpleNamespace()
    torch = SimpleNamespace(library=SimpleNamespace(Library=Library), ops=SimpleNamespace(torchvision=seen.operators))
    monkeypatch.setattr(torchvision_cpu, "torch", torch)
    monkeypatch.setattr(torchvision_cpu, "importlib", SimpleNamespace(import_module=importing))
    return seen


def test_where_operators_load_nothing_is_defined(machine):
    assert torchvision_cpu.import_torchvision() is machine.module
    assert machine.defined == []
    assert vars(machine.module) == {}


def test_where_they_do_not_load_both_schemas_are_declared_and_kept(machine):
    machine.errors.append(RuntimeError("operator torchvision::nms does not exist"))
    assert torchvision_cpu.import_torchvision() is machine.module
    assert [schema.split("(")[0] for schema in machine.defined] == ["nms", "qnms"]
    assert machine.module._schemas_kept_alive is not None  # a library that is collected takes its schemas along


def test_operator_that_exists_is_not_declared_again(machine):
    machine.operators.nms = object()
    machine.errors.append(RuntimeError("operator torchvision::qnms does not exist"))
    torchvision_cpu.import_torchvision()
    assert [schema.split("(")[0] for schema in machine.defined] == ["qnms"]


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), ModuleNotFoundError("No module named 'torchvision'")])
def test_another_error_is_passed_on(machine, error):
    machine.errors.append(error)
    with pytest.raises(type(error)) as raised:
        torchvision_cpu.import_torchvision()
    assert raised.value is error
    assert machine.defined == []
