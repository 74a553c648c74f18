"""What is installed: the lock says what the list says, and make takes the build of torch that is asked for."""

import json
import re
import subprocess

import build
import pytest

PINNED = re.compile(r"^([\w.-]+)==([\w.+]+)", re.MULTILINE)


def read(name):
    return (build.ROOT / name).read_text(encoding="utf-8")


def plain(name):
    return re.sub("[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def locked():
    """Each package of the lock: its line, and the lines below it."""
    blocks = re.split(r"\n(?=\S)", read("requirements.lock").strip())
    return {block.partition("\n")[0]: block.splitlines()[1:] for block in blocks if not block.startswith("#")}


def test_the_lock_has_every_pin_of_the_list_and_no_other_version(locked):
    pins = {plain(name): version for name, version in PINNED.findall(read("requirements.txt"))}
    named = {}
    for line in locked:
        name, version = PINNED.match(line).groups()
        named.setdefault(plain(name), set()).add(version)
    outside = {
        plain(name): version for name, version in re.findall(r"^# (\S+)==(\S+)$", read("requirements.lock"), re.M)
    }
    assert outside == {name: pins[name] for name in ("torch", "torchvision")}
    assert not outside.keys() & named.keys()
    assert {name: named.get(name) for name in pins if name not in outside} == {
        name: {version} for name, version in pins.items() if name not in outside
    }


def test_every_file_of_the_lock_is_known_by_its_hash_and_no_server_is_named(locked):
    assert len(locked) > 150
    for line, below in locked.items():
        assert below, line
        assert all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?", each) for each in below), line
    assert not re.search(r"https?:|file:|--\w*index|--find-links", read("requirements.lock"))


def made(*words):
    """What make says that it would do for `.venv`."""
    command = ["make", "--dry-run", "--always-make", ".venv/.done", *words]
    return subprocess.run(command, cwd=build.ROOT, capture_output=True, encoding="utf-8")


def test_make_takes_the_build_of_torch_that_is_asked_for():
    assert "--index-url" not in made().stdout
    for name, folder in (("cpu", "cpu"), ("cuda", "cu130")):
        assert (
            f" --index-url https://download.pytorch.org/whl/{folder} $(grep ^torch requirements.txt)\n"
            in made(f"TORCH={name}").stdout
        )
    refused = made("TORCH=tpu")
    assert refused.returncode
    assert "TORCH=tpu names no build of torch; allowed: cpu, cuda" in refused.stderr


def test_make_installs_what_is_locked_before_the_rest():
    assert "requirements.lock" not in made().stdout
    lines = [line for line in made("LOCK=1", "TORCH=cpu").stdout.splitlines() if "pip install" in line]
    assert [re.search(r"requirements\.\w+|-e \.", line)[0] for line in lines] == [
        "requirements.lock",
        "requirements.txt",  # torch and torchvision of it
        "requirements.txt",
        "-e .",
    ]
    assert "--no-deps" in lines[0] + lines[1]


def test_a_codespace_makes_the_environment_that_its_editor_takes():
    settings = json.loads(read(".devcontainer/devcontainer.json"))
    command = settings["postCreateCommand"].split()
    done = subprocess.run(
        [*command, "--dry-run", "--always-make"], cwd=build.ROOT, capture_output=True, encoding="utf-8"
    )
    assert "-m venv .venv\n" in done.stdout
    editor = settings["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert editor == "${containerWorkspaceFolder}/.venv/bin/python"
