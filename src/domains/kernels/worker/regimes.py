"""Inputs and weights, drawn from a seed that the candidate does not know."""

import random

import torch

# For each: what becomes of an input of floating-point numbers. Others stay as the problem draws them.
REGIMES = {
    "given": lambda x: x,
    "signed": lambda x: x * (torch.randint(0, 2, x.shape) * 2 - 1).to(x.dtype),
    "large": lambda x: x * 1e3,
    "zero": torch.zeros_like,
    "denormal": lambda x: x * (torch.finfo(x.dtype).tiny / 16),
}


def seed_all(seed):
    """Seeds whatever a problem may draw from."""
    torch.manual_seed(seed)
    random.seed(seed)
    try:
        import numpy
    except ImportError:
        return
    numpy.random.seed(seed % 2**32)


def redraw_weights(model, seed):
    """Draws every parameter of floating-point numbers again, about as it was, and the statistics of normalisations.

    Parameters that are all zeros or ones stop being so. Other buffers, such as masks, stay: they are part of the problem.
    """
    seed_all(seed)
    for parameter in model.parameters():
        if parameter.is_floating_point() and parameter.numel() and bool(torch.isfinite(parameter).all()):
            parameter.copy_(about(parameter))
    for module in model.modules():
        for name in ("running_mean", "running_var"):
            statistic = getattr(module, name, None)
            if isinstance(statistic, torch.Tensor) and statistic.is_floating_point():
                statistic.copy_(about(statistic))


def about(tensor):
    """The same values in another order, each a little off; what is constant becomes uniform around it."""
    flat = tensor.detach().reshape(-1).to(torch.float64)
    if bool((flat == flat[0]).all()):
        width = 0.25 * max(1.0, abs(float(flat[0])))
        new = flat + (torch.rand_like(flat) * 2 - 1) * width
    else:
        new = flat[torch.randperm(flat.numel())] * (1 + 0.1 * torch.randn_like(flat).clamp(-3, 3))
    return new.reshape(tensor.shape).to(tensor.dtype)
