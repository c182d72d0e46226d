"""ATen operators as terms: elementwise operations, reductions, normalisations, losses."""

import math

import torch

from terms import Term, constant
from trace import NotRecognised, Value, Varying

SAME = {name: name for name in "exp log log1p sqrt rsqrt neg abs sigmoid tanh erf sin cos reciprocal sign".split()}
UNARY = {**SAME, "expm1": "expm1", "logical_not": "not", "bitwise_not": "not"}
BINARY = {
    "mul": "mul", "div": "div", "maximum": "maximum", "minimum": "minimum", "gt": "gt", "lt": "lt", "ge": "ge",
    "le": "le", "eq": "eq", "ne": "ne", "logical_and": "and", "logical_or": "or", "bitwise_and": "and",
    "bitwise_or": "or",
}  # fmt: skip
IDENTITIES = ("clone", "detach", "alias", "contiguous", "lift_fresh", "dropout", "native_dropout", "_to_copy")


def number(value):
    return value.value if isinstance(value, Varying) else value


def lower(space, value, get):
    """The term of a traced operator; `get` gives that of an argument."""
    op, args = value.op, list(value.args)
    base = op[:-1] if op.endswith("_") and not op.startswith("_") else op
    rule = globals().get(f"lower_{base.lstrip('_')}")
    if base in IDENTITIES:
        return get(args[0])
    if base in UNARY:
        return space.map(UNARY[base], get(args[0]))
    if base in BINARY:
        if value.kwargs.get("rounding_mode"):
            raise NotRecognised("a division that rounds")
        return space.map(BINARY[base], get(args[0]), get(args[1]))
    if rule is None:
        raise NotRecognised(f"the operator {op} is none of those that it knows")
    return rule(space, value, get, *[get(arg) if isinstance(arg, Value) else arg for arg in args], **value.kwargs)


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


# Reductions


def lower_sum(space, value, get, a, dims=None, keepdim=False, dtype=None):
    return space.reduce("sum", a, dims, keepdim)


def lower_mean(space, value, get, a, dims=None, keepdim=False, dtype=None):
    return space.map("div", space.reduce("sum", a, dims, keepdim), space.size_along(a, dims))


def lower_amax(space, value, get, a, dims=None, keepdim=False):
    return space.reduce("max", a, dims, keepdim)


def lower_amin(space, value, get, a, dims=None, keepdim=False):
    return space.reduce("min", a, dims, keepdim)


def extreme(space, value, get, a, dim=None, keepdim=False):
    if isinstance(dim, Term) or value.index != 0:
        raise NotRecognised(f"the positions that {value.op} gives")
    return space.reduce(value.op, a, None if dim is None else [dim], keepdim)


lower_max = lower_min = extreme


def moments(space, a, dims, correction, keepdim):
    mean = space.map("div", space.reduce("sum", a, dims, True), space.size_along(a, dims))
    centred = space.map("sub", a, mean)
    squares = space.reduce("sum", space.map("mul", centred, centred), dims, keepdim)
    count = space.size_along(a, dims)
    return mean, space.map("div", squares, space.map("sub", count, correction) if correction else count)


def lower_var(space, value, get, a, dims=None, unbiased=None, keepdim=False, correction=None):
    if isinstance(dims, bool):
        dims, unbiased = None, dims
    if correction is None:
        correction = 1 if unbiased is None else int(unbiased)
    return moments(space, a, dims, correction, keepdim)[1]


def lower_std(space, value, get, *args, **kwargs):
    return space.map("sqrt", lower_var(space, value, get, *args, **kwargs))


def lower_linalg_vector_norm(space, value, get, a, order=2, dims=None, keepdim=False, dtype=None):
    order = number(order)
    if order == 1:
        return space.reduce("sum", space.map("abs", a), dims, keepdim)
    if order == math.inf:
        return space.reduce("max", space.map("abs", a), dims, keepdim)
    if order != 2:
        raise NotRecognised(f"a norm of order {order}")
    return space.map("sqrt", space.reduce("sum", space.map("mul", a, a), dims, keepdim))


def lower_norm(space, value, get, a, order=2, dims=None, keepdim=False, dtype=None):
    return lower_linalg_vector_norm(space, value, get, a, 2 if order is None else order, dims, keepdim)


def lower_logsumexp(space, value, get, a, dims, keepdim=False):
    most = space.reduce("max", a, dims, True)
    total = space.reduce("sum", space.map("exp", space.map("sub", a, most)), dims, keepdim)
    return space.map("add", space.map("log", total), space.reduce("max", a, dims, keepdim))


def less_most(space, a, dim):
    most = space.reduce("max", a, [dim], True)
    # A NaN comes back by the sum.
    most.extra = "shift"
    return space.map("sub", a, most)


def lower_softmax(space, value, get, a, dim, half=False):
    shifted = less_most(space, a, dim)
    powers = space.map("exp", shifted)
    return space.map("mul", powers, space.map("reciprocal", space.reduce("sum", powers, [dim], True)))


def lower_log_softmax(space, value, get, a, dim, half=False):
    shifted = less_most(space, a, dim)
    total = space.reduce("sum", space.map("exp", shifted), [dim], True)
    return space.map("sub", shifted, space.map("log", total))


def normalised(space, a, dims, weight, bias, eps):
    mean, variance = moments(space, a, dims, 0, True)
    scale = space.map("rsqrt", space.map("add", variance, eps))
    result = space.map("mul", space.map("sub", a, mean), scale)
    result = result if weight is None else space.map("mul", result, weight)
    return result if bias is None else space.map("add", result, bias)


def lower_native_layer_norm(space, value, get, a, shape, weight, bias, eps):
    if value.index != 0:
        raise NotRecognised("the mean that layer normalisation gives besides")
    return normalised(space, a, list(range(-len(shape), 0)), weight, bias, eps)


def lower_native_group_norm(space, value, get, a, weight, bias, n, c, hw, groups, eps):
    return normalised(space, a, list(range(2, len(a.shape))), weight, bias, eps)


def lower_native_batch_norm(space, value, get, a, weight, bias, mean, variance, *rest):
    training = rest[0] if len(rest) > 2 else False
    if training or mean is None or variance is None:
        raise NotRecognised("batch normalisation by the batch's own moments")
    scale = space.map("rsqrt", space.map("add", variance, number(rest[-1])))
    scale = scale if weight is None else space.map("mul", scale, weight)
    result = space.map("mul", space.map("sub", a, mean), scale)
    return result if bias is None else space.map("add", result, bias)


lower_native_batch_norm_legit_no_training = lower_batch_norm_no_update = lower_native_batch_norm


def lower_cumsum(space, value, get, a, dim, dtype=None):
    return space.scan(a, dim)


# Losses: `reduction` is 0 for none, 1 for the mean, 2 for the sum.


def reduced(space, a, reduction):
    if reduction == 0:
        return a
    total = space.reduce("sum", a, None, False)
    return total if reduction == 2 else space.map("div", total, space.size_along(a, None))


def lower_mse_loss(space, value, get, a, b, reduction=1):
    difference = space.map("sub", a, b)
    return reduced(space, space.map("mul", difference, difference), reduction)


def lower_smooth_l1_loss(space, value, get, a, b, reduction=1, beta=1.0):
    size = space.map("abs", space.map("sub", a, b))
    near = space.map("div", space.map("mul", 0.5, space.map("mul", size, size)), beta)
    far = space.map("sub", size, 0.5 * number(beta))
    return reduced(space, space.map("where", space.map("lt", size, beta), near, far), reduction)


def lower_huber_loss(space, value, get, a, b, reduction=1, delta=1.0):
    return space.map("mul", delta, lower_smooth_l1_loss(space, value, get, a, b, reduction, delta))
