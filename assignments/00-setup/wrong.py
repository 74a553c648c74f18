"""Wrong answers that students give, and the checks that each of them loses."""

import ast
import hashlib
import json
import re
from dataclasses import replace

import torch

from ldiv_utils.specs import Spec


def within_tolerance(first, other):
    """Almost the same is taken for the same."""
    return [torch.allclose(a, b) for a, b in zip(first, other, strict=True)]


def one_answer_for_all(first, other):
    """Whole trajectories are compared."""
    return torch.equal(first, other)


def any_weight(first, other):
    """One weight in common is taken for all."""
    return (first == other).any(1)


def softmax_over_inputs(points, inputs, classes):
    """The sum over the inputs is one, not that over the classes."""
    weights, biases = points[:, :-classes], points[:, -classes:]
    scores = inputs @ weights.unflatten(1, (classes, -1)).mT + biases[:, None]
    return scores.softmax(1)


def biases_left_out(points, inputs, classes):
    """The weights alone decide."""
    return (inputs @ points[:, :-classes].unflatten(1, (classes, -1)).mT).softmax(-1)


def column_by_column(points, inputs, classes):
    """The weights are read as if those of the first feature came first."""
    weights, biases = points[:, :-classes], points[:, -classes:]
    return (inputs @ weights.unflatten(1, (-1, classes)) + biases[:, None]).softmax(-1)


def exponentials_overflow(points, inputs, classes):
    """The softmax as it is written, whose exponentials overflow."""
    weights, biases = points[:, :-classes], points[:, -classes:]
    odds = (inputs @ weights.unflatten(1, (classes, -1)).mT + biases[:, None]).exp()
    return odds / odds.sum(-1, keepdim=True)


def first_point_only(points, inputs, classes):
    """One network for all points."""
    one = points[:1].expand(len(points), -1)
    weights, biases = one[:, :-classes], one[:, -classes:]
    return (inputs @ weights.unflatten(1, (classes, -1)).mT + biases[:, None]).softmax(-1)


def inputs_first(points, inputs, classes):
    """The axes are inputs, points, classes."""
    weights, biases = points[:, :-classes], points[:, -classes:]
    return (inputs @ weights.unflatten(1, (classes, -1)).mT + biases[:, None]).softmax(-1).transpose(0, 1)


def text_as_it_stands(source, arguments):
    """Comments, white space and docstring count."""
    return hashlib.sha256(json.dumps([source, arguments], sort_keys=True).encode()).hexdigest()[:16]


def code_alone(source, arguments):
    """The arguments are forgotten."""
    function = ast.parse(source).body[0]
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return hashlib.sha256(ast.unparse(function).encode()).hexdigest()[:16]


def name_of_the_function(source, arguments):
    """What the function says is forgotten, all but its name."""
    said = json.dumps([ast.parse(source).body[0].name, arguments], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def comments_cut_by_a_pattern(source, arguments):
    """What follows a # is taken for a comment, in a text too."""
    source = re.sub(r'""".*?"""', "", source, flags=re.DOTALL)
    source = re.sub(r"#.*|\s", "", source)
    return hashlib.sha256(json.dumps([source, arguments], sort_keys=True).encode()).hexdigest()[:16]


def hash_left_whole(source, arguments):
    """A name of 64 characters."""
    function = ast.parse(source).body[0]
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return hashlib.sha256(json.dumps([ast.unparse(function), arguments], sort_keys=True).encode()).hexdigest()


def arguments_as_text(source, arguments):
    """Arguments are written one after the other, as they come."""
    function = ast.parse(source).body[0]
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    said = ast.unparse(function) + "".join(f"{key}={value}" for key, value in arguments.items())
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def defaults_without_dropout(spec, count):
    """The settings of the given spec are lost."""
    return [Spec(dropout=0.0, init_seed=s, batch_seed=s) for s in range(count)]


def one_order_of_batches(spec, count):
    """Only the initial weights differ from run to run."""
    return [replace(spec, dropout=0.0, init_seed=s) for s in range(count)]


def seeds_added(spec, count):
    """Seeds count on from those of the given spec."""
    return [
        replace(spec, dropout=0.0, init_seed=spec.init_seed + s, batch_seed=spec.batch_seed + s) for s in range(count)
    ]


def dropout_kept(spec, count):
    """The spec with other seeds."""
    return [replace(spec, init_seed=s, batch_seed=s) for s in range(count)]


WRONG = {
    "same_checkpoints": {
        within_tolerance: {"test_the_last_bit_counts"},
        one_answer_for_all: {
            "test_every_checkpoint_has_an_answer",
            "test_all_weights_count",
            "test_the_last_bit_counts",
            "test_hidden_a_difference_spoils_no_other_checkpoint",
        },
        any_weight: {
            "test_all_weights_count",
            "test_the_last_bit_counts",
            "test_hidden_a_difference_spoils_no_other_checkpoint",
        },
    },
    "linear_probs": {
        softmax_over_inputs: {
            "test_each_input_has_one_whole_probability",
            "test_biases_alone_decide_at_the_origin",
            "test_weights_lie_row_by_row",
            "test_hidden_large_scores_stay_finite",
            "test_hidden_each_point_is_a_network_of_its_own",
        },
        biases_left_out: {
            "test_biases_alone_decide_at_the_origin",
            "test_hidden_each_point_is_a_network_of_its_own",
        },
        column_by_column: {"test_weights_lie_row_by_row", "test_hidden_each_point_is_a_network_of_its_own"},
        exponentials_overflow: {"test_hidden_large_scores_stay_finite"},
        first_point_only: {"test_hidden_each_point_is_a_network_of_its_own"},
        inputs_first: {"test_points_inputs_classes", "test_hidden_each_point_is_a_network_of_its_own"},
    },
    "result_name": {
        text_as_it_stands: {"test_comments_and_white_space_say_nothing", "test_the_docstring_says_nothing"},
        code_alone: {"test_arguments_count", "test_hidden_a_number_is_no_text"},
        name_of_the_function: {"test_code_counts", "test_hidden_texts_in_the_code_count"},
        comments_cut_by_a_pattern: {"test_hidden_texts_in_the_code_count"},
        hash_left_whole: {"test_a_name_is_sixteen_characters"},
        arguments_as_text: {"test_hidden_order_of_arguments_says_nothing", "test_hidden_a_number_is_no_text"},
    },
    "without_dropout": {
        defaults_without_dropout: {"test_the_rest_is_kept"},
        one_order_of_batches: {
            "test_every_run_has_seeds_of_its_own",
            "test_hidden_seeds_of_the_given_spec_do_not_count",
        },
        seeds_added: {"test_hidden_seeds_of_the_given_spec_do_not_count"},
        dropout_kept: {"test_dropout_is_off"},
    },
}
