"""Inputs and weights, drawn from a seed that the candidate does not know."""

import random

import torch

import values

# For each: what becomes of an input of floating-point numbers. Others stay as the problem draws them.
REGIMES = {
    "given": lambda x: x,
    "signed": lambda x: x * (torch.randint(0, 2, x.shape) * 2 - 1).to(x.dtype),
    "large": lambda x: x * 1e3,
    "zero": torch.zeros_like,
    "denormal": lambda x: x * (torch.finfo(x.dtype).tiny / 16),
}
# What varies less than this, of the variance of all channels together, would be mostly rounding if it were made large.
LEAST = 1e-2


def seed_all(seed):
    """Seeds whatever a problem may draw from."""
    torch.manual_seed(seed)
    random.seed(seed)
    try:
        import numpy
    except ImportError:
        return
    numpy.random.seed(seed % 2**32)


def drawn(namespace, regime, seed):
    """A problem's inputs. Raises what the problem raises."""
    seed_all(seed)
    return turned(list(namespace.get_inputs()), regime)


def turned(inputs, regime):
    """The same inputs of another kind."""
    change = REGIMES[regime]
    return values.mapped(inputs, lambda tensor: change(tensor) if tensor.is_floating_point() else tensor)


def redraw_weights(model, inputs, seed):
    """Draws every parameter of floating-point numbers again, about as it was, and the statistics of normalisations.

    Parameters that are all zeros or ones stop being so. Other buffers, such as masks, stay: they are part of the problem.
    The statistics become about those that these inputs have: with the zeros and ones that they start with, the signal of
    a deep network fades until nothing of its input is left in its output.
    """
    seed_all(seed)
    for parameter in model.parameters():
        if parameter.is_floating_point() and parameter.numel() and bool(torch.isfinite(parameter).all()):
            parameter.copy_(about(parameter))
    hooks = []
    for module in model.modules():
        statistics = [getattr(module, name, None) for name in ("running_mean", "running_var")]
        statistics = [each for each in statistics if isinstance(each, torch.Tensor) and each.is_floating_point()]
        for each in statistics:
            each.copy_(about(each))
        if len(statistics) == 2:
            hooks.append(module.register_forward_pre_hook(settle))
    if hooks:
        model(*values.mapped(inputs, torch.clone))
    for hook in hooks:
        hook.remove()


def settle(module, arguments):
    """Gives a normalisation the statistics of what comes in, each a little off."""
    mean, variance = module.running_mean, module.running_var
    x = arguments[0] if arguments else None
    if not isinstance(x, torch.Tensor) or x.dim() < 2 or x.shape[1] != mean.numel():
        return
    channels = x.transpose(0, 1).reshape(mean.numel(), -1).double()
    everything = float(channels.var(unbiased=False))
    if not 0 < everything < float("inf"):
        return
    centre, spread = channels.mean(1), channels.var(1, unbiased=False)
    if channels.shape[1] == 1:
        centre, spread = channels.mean(), torch.full_like(spread, everything)
    spread = spread.clamp(min=LEAST * everything)
    mean.copy_(centre + 0.1 * spread.sqrt() * noise(mean))
    variance.copy_(spread * (1 + 0.1 * noise(variance)))


def noise(tensor):
    return torch.randn(tensor.shape, dtype=torch.float64).clamp(-3, 3)


def about(tensor):
    """The same values in another order, each a little off; what is constant becomes uniform around it."""
    flat = tensor.detach().reshape(-1).to(torch.float64)
    if bool((flat == flat[0]).all()):
        width = 0.25 * max(1.0, abs(float(flat[0])))
        new = flat + (torch.rand_like(flat) * 2 - 1) * width
    else:
        new = flat[torch.randperm(flat.numel())] * (1 + 0.1 * torch.randn_like(flat).clamp(-3, 3))
    return new.reshape(tensor.shape).to(tensor.dtype)
