"""Where a model computes: on the processor, in the memory that the judge writes, or on a device that values are carried to.

`TOUCHSTONE_DEVICE` is `cpu`, `cuda`, or `stand-in`: for tests, a device whose memory is the processor's, under the protocol
of a GPU.
"""

import os

import torch

kind = os.environ.get("TOUCHSTONE_DEVICE", "cpu")
# Whether values have to be carried there.
apart = kind != "cpu"
# What PyTorch calls it.
place = "cuda" if kind == "cuda" else "cpu"
pinned = kind == "cuda"
# All streams of the device. Whoever replaces torch.cuda's own later does not replace this.
_synchronize = torch.cuda.synchronize


def prepare():
    """Before anything of an answer runs. Raises SystemExit where the sandbox has no GPU."""
    if kind != "cuda":
        return
    if not torch.cuda.is_available():
        raise SystemExit("PyTorch finds no GPU in the sandbox; look for its devices below /dev and the driver's libcuda.so.1")
    # Eager with inputs of 10 bits would be no measure of an answer's errors, and faster than what was asked for.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.cuda.init()


def wait():
    """Returns when the device has done all that it was given, on whatever stream."""
    if kind == "cuda":
        _synchronize()
