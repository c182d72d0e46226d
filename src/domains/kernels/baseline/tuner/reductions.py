"""ATen operators that reduce, normalise or accumulate, and losses, as terms."""

import math

from elementwise import number
from terms import Term
from tracing import NotRecognised


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
