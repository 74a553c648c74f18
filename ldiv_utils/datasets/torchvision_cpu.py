"""Lets `import torchvision` succeed where its compiled operators do not load.

A torchvision built for CUDA beside a CPU torch fails on import, while it registers fakes for two
operators that then do not exist. Declaring their schemas first is enough for datasets and
transforms. Where the operators do load, nothing is left behind.
"""

import importlib

import torch

SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}


def import_torchvision():
    """The torchvision module, with its two missing schemas declared only if the plain import fails on them."""
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    library = torch.library.Library("torchvision", "DEF")
    for name, schema in SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name):
            library.define(schema)
    module = importlib.import_module("torchvision")
    module._schemas_kept_alive = library
    return module
