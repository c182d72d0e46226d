"""Elementwise ATen operators as terms."""

import math

import torch

from terms import Term, constant
from tracing import NotRecognised, Varying


def number(value):
    return value.value if isinstance(value, Varying) else value


def lower_add(space, value, get, a, b, alpha=1):
    return space.map("add", a, b if alpha == 1 else space.map("mul", b, alpha))


def lower_sub(space, value, get, a, b, alpha=1):
    return space.map("sub", a, b if alpha == 1 else space.map("mul", b, alpha))


def lower_rsub(space, value, get, a, b, alpha=1):
    return lower_sub(space, value, get, b, a, alpha)


def lower_pow(space, value, get, a, exponent):
    if isinstance(exponent, Term) or not isinstance(a, Term):
        raise NotRecognised("a power with an exponent that is a tensor")
    power = number(exponent)
    if power == 0.5:
        return space.map("sqrt", a)
    if power == -0.5:
        return space.map("rsqrt", a)
    if power not in (-2, -1, 1, 2, 3, 4):
        raise NotRecognised(f"a power of {power}")
    result = a
    for _ in range(abs(int(power)) - 1):
        result = space.map("mul", result, a)
    return result if power > 0 else space.map("reciprocal", result)


def lower_square(space, value, get, a):
    return space.map("mul", a, a)


def lower_relu(space, value, get, a):
    return space.map("maximum", a, 0.0)


def lower_silu(space, value, get, a):
    return space.map("mul", a, space.map("sigmoid", a))


def lower_gelu(space, value, get, a, approximate="none"):
    if approximate == "tanh":
        cube = space.map("mul", a, space.map("mul", a, a))
        inner = space.map("mul", math.sqrt(2 / math.pi), space.map("add", a, space.map("mul", 0.044715, cube)))
        return space.map("mul", a, space.map("sigmoid", space.map("mul", 2.0, inner)))
    error = space.map("erf_beside_one", space.map("mul", a, math.sqrt(0.5)))
    return space.map("mul", space.map("mul", 0.5, a), space.map("add", 1.0, error))


def lower_leaky_relu(space, value, get, a, slope=0.01):
    return space.map("where", space.map("gt", a, 0.0), a, space.map("mul", a, slope))


def lower_elu(space, value, get, a, alpha=1.0, scale=1.0, input_scale=1.0):
    # Some versions of torch take e^x - 1 as it stands, and lose tiny numbers; what is asked for is what torch gives.
    tiny = torch.tensor([-1e-30], dtype=torch.float64)
    scaled = space.map("mul", a, input_scale)
    exact = torch.nn.functional.elu(tiny).item() != 0.0
    below = space.map("expm1", scaled) if exact else space.map("sub", space.map("exp", scaled), 1.0)
    low = space.map("mul", number(alpha) * number(scale), below)
    return space.map("where", space.map("gt", a, 0.0), space.map("mul", a, scale), low)


def lower_softplus(space, value, get, a, beta=1.0, threshold=20.0):
    scaled = space.map("mul", a, beta)
    soft = space.map("div", space.map("log1p", space.map("exp", scaled)), beta)
    return space.map("where", space.map("gt", scaled, threshold), a, soft)


def lower_hardtanh(space, value, get, a, low=-1.0, high=1.0):
    return lower_clamp(space, value, get, a, low, high)


def lower_clamp(space, value, get, a, min=None, max=None):
    a = a if min is None else space.map("maximum", a, min)
    return a if max is None else space.map("minimum", a, max)


def lower_clamp_min(space, value, get, a, min):
    return space.map("maximum", a, min)


def lower_clamp_max(space, value, get, a, max):
    return space.map("minimum", a, max)


def lower_hardsigmoid(space, value, get, a):
    return space.map("div", lower_clamp(space, value, get, space.map("add", a, 3.0), 0.0, 6.0), 6.0)


def lower_hardswish(space, value, get, a):
    return space.map("mul", a, lower_hardsigmoid(space, value, get, a))


def lower_mish(space, value, get, a):
    return space.map("mul", a, space.map("tanh", lower_softplus(space, value, get, a)))


def lower_where(space, value, get, condition, a, b):
    return space.map("where", condition, a, b)


def lower_masked_fill(space, value, get, a, mask, fill):
    return space.map("where", mask, fill, a)


def lower_threshold(space, value, get, a, threshold, other):
    return space.map("where", space.map("le", a, threshold), other, a)


def fill(space, value, get, a, *rest, **kwargs):
    return space.map("same", constant({"zeros": 0.0, "ones": 1.0}[value.op.split("_")[0]]))


lower_zeros_like = lower_ones_like = fill


def lower_full_like(space, value, get, a, filled, **kwargs):
    return space.map("same", constant(filled))


def lower_scalar_tensor(space, value, get, filled, **kwargs):
    return constant(filled)
