"""Specs and presets: bad values are named, and the defaults are the paper's."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ldiv_utils import paths, presets
from ldiv_utils.runs import paper
from ldiv_utils.specs import Spec
from ldiv_utils.store import recipes


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"architecture": "resnet50"}, "'resnet50' is unknown; allowed: small_cnn, medium_cnn, resnet20"),
        ({"dataset": "mnist"}, "'mnist' is unknown; allowed: digits, digits_0_7, cifar10, cifar100"),
        ({"optimizer": "adamw"}, "'adamw' is unknown; allowed: adam, sgd"),
        ({"epochs": 0}, "epochs must be at least 1, but 0 was given"),
        ({"epochs": 2.5}, "epochs must be int, but 2.5 was given"),
        ({"batch_seed": -1}, "batch_seed must be at least 0"),
        ({"dropout": 1.0}, r"dropout must lie in \[0, 1\), but 1.0"),
        ({"learning_rate": float("nan")}, "learning_rate must be positive and finite, but nan"),
        ({"weight_decay": -0.1}, "weight_decay must be 0 or more"),
        ({"learning_rate": -1}, "learning_rate must be positive and finite, but -1.0 was given"),
        ({"dropout": 1}, r"dropout must lie in \[0, 1\), but 1.0 was given"),
        ({"learning_rate": True}, "learning_rate must be float, but True was given"),
        ({"learning_rate": "0.1"}, "learning_rate must be float, but '0.1' was given"),
        ({"epochs": 2.0}, "epochs must be int, but 2.0 was given"),
        ({"epochs": True}, "epochs must be int, but True was given"),
    ],
)
def test_a_bad_field_is_named_with_what_is_allowed(change, words):
    with pytest.raises(ValueError, match=words):
        Spec(**change)


@pytest.mark.parametrize("rate", [1, np.float64(1)])
def test_a_whole_number_is_a_float_where_one_is_wanted(rate, as_a_user):
    spec = Spec(learning_rate=rate, dropout=0, weight_decay=0)
    assert [type(value) for value in (spec.learning_rate, spec.dropout, spec.weight_decay)] == [float] * 3
    assert spec == Spec(learning_rate=1.0, dropout=0.0)
    assert recipes.plain(spec) == recipes.plain(Spec(learning_rate=1.0, dropout=0.0))


def test_defaults_are_those_that_name_the_published_results():
    """A result's name leaves out what equals the default: change one, and every name means something else."""
    assert recipes.plain(Spec()) == {}
    assert Spec().as_dict() == {
        "architecture": "small_cnn",
        "dataset": "cifar10",
        "scaling": "raw",
        "epochs": 40,
        "batch_size": 128,
        "optimizer": "adam",
        "learning_rate": 1.6e-3,
        "schedule": "halve",
        "dropout": 0.1,
        "weight_decay": 0.0,
        "augmentation": "none",
        "precision": "bfloat16",
        "init_seed": 0,
        "batch_seed": 0,
    }


def test_independent_runs_differ_in_their_seeds_alone(monkeypatch):
    monkeypatch.setenv("LDIV_PRESET", "quick")
    runs = presets.specs("small_cnn")
    assert [(r.init_seed, r.batch_seed) for r in runs] == [(i, i) for i in range(len(runs))]
    assert {replace(r, init_seed=0, batch_seed=0) for r in runs} == {runs[0]}


def test_an_unknown_preset_is_named(monkeypatch):
    monkeypatch.setenv("LDIV_PRESET", "fast")
    with pytest.raises(ValueError, match="LDIV_PRESET 'fast' is unknown; allowed: quick, paper"):
        presets.preset()


@pytest.mark.usefixtures("as_a_user")
def test_an_unknown_architecture_is_named():
    with pytest.raises(ValueError, match="'vgg' is unknown"):
        presets.specs("vgg")


def test_the_paper_preset_has_the_scale_of_the_published_results(tmp_path, monkeypatch):
    monkeypatch.setenv("LDIV_PUBLISH", str(tmp_path))
    assert len(presets.specs("medium_cnn")) == 5
    assert presets.specs("resnet20")[0].epochs == 200
    (tmp_path / "scale.json").write_text(json.dumps({"resnet20": {"runs": 2, "epochs": 7}}), encoding="utf-8")
    assert [spec.epochs for spec in presets.specs("resnet20")] == [7, 7]


def test_a_scale_names_runs_and_epochs():
    scale = paper.parse_scale(["resnet20=3x8"])
    assert scale["resnet20"] == {"runs": 3, "epochs": 8}
    assert scale["small_cnn"] == {"runs": 10, "epochs": 40}


def test_the_least_scale_has_rows_enough_for_every_perplexity():
    """Chapter 2 embeds all checkpoints of three runs, with perplexities up to 40."""
    least = paper.parse_scale(["small_cnn=3x13", "medium_cnn=3x10", "resnet20=3x5"])
    assert least["small_cnn"]["runs"] * (least["small_cnn"]["epochs"] + 1) > 40
    assert (paper.LEAST_RUNS, paper.LEAST_EPOCHS) == (3, {"small_cnn": 13, "medium_cnn": 10, "resnet20": 5})


def test_the_published_scale_can_be_kept():
    assert paper.parse_scale(["published"]) == json.loads((paths.RESULTS / "scale.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "word", ["vgg=3x8", "resnet20=3", "resnet20=2x8", "resnet20=3x4", "resnet20=ax8", "small_cnn=3x12"]
)
def test_a_bad_scale_is_named(word):
    with pytest.raises(
        ValueError, match=f"scale '{word}' was given; allowed: published, or RUNSxEPOCHS from small_cnn=3x13"
    ):
        paper.parse_scale([word])
