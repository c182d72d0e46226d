"""How many floating-point operations an operator of ATen takes, from the shapes of what it takes and gives.

A multiplication and an addition are two. An elementwise operator counts one for each element it gives, whatever it
computes (an exponential as much as an addition). What only moves or describes values counts none.
"""

import math

from values import leaves_of

# Nothing is computed: memory is described anew, allocated, filled, copied, or chosen from.
FREE = {
    "view", "_unsafe_view", "reshape", "_reshape_alias", "alias", "as_strided", "permute", "transpose", "t", "numpy_T",
    "unsqueeze", "squeeze", "expand", "slice", "select", "narrow", "split", "split_with_sizes", "chunk", "unbind",
    "unfold", "detach", "diagonal", "movedim", "flatten", "unflatten", "size", "sym_size", "stride", "device",
    "empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided", "zeros", "zeros_like", "new_zeros", "ones",
    "ones_like", "new_ones", "full", "full_like", "new_full", "fill", "zero", "arange", "linspace", "eye", "lift",
    "lift_fresh", "lift_fresh_copy", "scalar_tensor", "_local_scalar_dense", "is_same_size", "view_as_real", "view_as_complex",
    "clone", "copy", "_to_copy", "to", "contiguous", "cat", "stack", "flip", "roll", "repeat", "tril", "triu", "tril_indices",
    "triu_indices", "pixel_shuffle", "pixel_unshuffle", "constant_pad_nd", "reflection_pad2d", "index", "index_select",
    "gather", "embedding", "masked_select", "where", "masked_fill", "index_put", "scatter", "bernoulli", "rand", "randn",
    "rand_like", "randn_like", "randint", "randperm", "uniform", "normal", "random", "channel_shuffle", "im2col", "diag_embed",
    "dropout", "native_dropout", "_index_put_impl", "squeeze_copy", "set", "resize", "rot90", "one_hot", "meshgrid",
}  # fmt: skip
# One operation for each element that is taken.
REDUCTIONS = {
    "sum", "mean", "prod", "max", "min", "amax", "amin", "aminmax", "argmax", "argmin", "any", "all", "nansum", "count_nonzero",
    "adaptive_avg_pool1d", "_adaptive_avg_pool2d", "_adaptive_avg_pool3d", "adaptive_max_pool1d", "adaptive_max_pool2d",
    "adaptive_max_pool3d", "median", "mode", "nll_loss_forward", "topk", "sort", "kthvalue",
}  # fmt: skip
# So many for each element that is taken: passes over the values.
PASSES = {
    "_softmax": 4, "_log_softmax": 4, "logsumexp": 4, "norm": 2, "linalg_vector_norm": 2, "linalg_norm": 2, "var": 3, "std": 3,
    "var_mean": 3, "std_mean": 3, "native_layer_norm": 6, "native_group_norm": 6, "native_batch_norm": 4, "_fused_rms_norm": 4,
    "_native_batch_norm_legit": 4, "_native_batch_norm_legit_no_training": 4, "cudnn_batch_norm": 4, "_batch_norm_with_update": 4,
    "mse_loss": 3, "l1_loss": 3, "smooth_l1_loss": 4, "huber_loss": 4, "kl_div": 4, "binary_cross_entropy": 5,
    "binary_cross_entropy_with_logits": 5, "soft_margin_loss": 4, "_cdist_forward": 3, "dist": 3, "renorm": 3,
}  # fmt: skip


def name_of(func):
    """`aten.add.Tensor` and `aten.add_.Tensor` are `add`."""
    name = func._schema.name.split("::")[-1] if hasattr(func, "_schema") else str(func)
    return name[:-1] if name.endswith("_") and not name.startswith("__") else name


def is_free(name):
    return name in FREE


def flops_of(name, args, output):
    """Operations, and whether the operator is one that is known; an unknown one counts as elementwise."""
    given, taken = leaves_of(output), leaves_of(args)
    size = given[0].numel() if given else 0
    first = taken[0].numel() if taken else 0
    if name in FREE:
        return 0, True
    if name in SPECIAL:
        return SPECIAL[name](args, given, taken), True
    if name.startswith("_scaled_dot_product"):
        return _attention(taken), True
    if name in REDUCTIONS:
        return first, True
    if name in PASSES:
        return PASSES[name] * first, True
    if name.startswith("upsample"):
        return size * (1 if "nearest" in name else 8), True
    if name.startswith("_fft"):
        return int(5 * size * math.log2(max(2, taken[0].shape[-1]))), True
    elementwise = all(each.numel() <= size for each in taken)
    return size, elementwise


def together(name, args, given, taken):
    """How many elements an operator brings together in each of its results; None where it takes them one by one."""
    first = taken[0].numel() if taken else 0
    if name == "native_group_norm":
        return first // max(1, args[0].shape[0] * args[6])
    if name == "native_layer_norm":
        return first // max(1, given[1].numel())
    # In training mode, as an instance normalisation calls it.
    if name.startswith(("native_batch_norm", "_native_batch_norm_legit")) and len(given) > 1 and given[1].numel():
        return first // given[1].numel()
    if name in ("_softmax", "_log_softmax"):
        return args[0].shape[args[1]] if args[0].dim() else 1
    if name in REDUCTIONS or name in ("logsumexp", "norm", "linalg_vector_norm", "var", "std", "var_mean"):
        return first // max(1, given[0].numel())
    return None


def _convolution(args, given, taken):
    taken_values, weight = args[0], args[1]
    transposed = bool(args[6]) if len(args) > 6 else False
    each = weight.numel() // max(1, weight.shape[0])
    return 2 * (taken_values if transposed else given[0]).numel() * each


def _pool(args, given, taken):
    window = args[1] if isinstance(args[1], (list, tuple)) else [args[1]]
    rank = 3 if given[0].dim() > 4 or len(window) == 3 else 2
    sides = list(window) * rank if len(window) == 1 else window
    return given[0].numel() * math.prod(sides)


def _attention(taken):
    query, key, value = taken[:3]
    pairs = query.numel() // query.shape[-1] * key.shape[-2]
    return pairs * (2 * query.shape[-1] + 2 * value.shape[-1] + 4)


SPECIAL = {
    "mm": lambda args, given, taken: 2 * given[0].numel() * args[0].shape[1],
    "bmm": lambda args, given, taken: 2 * given[0].numel() * args[0].shape[2],
    "addmm": lambda args, given, taken: given[0].numel() * (2 * args[1].shape[1] + 1),
    "baddbmm": lambda args, given, taken: given[0].numel() * (2 * args[1].shape[2] + 1),
    "addmv": lambda args, given, taken: given[0].numel() * (2 * args[1].shape[1] + 1),
    "mv": lambda args, given, taken: 2 * args[0].numel(),
    "dot": lambda args, given, taken: 2 * args[0].numel(),
    "vdot": lambda args, given, taken: 2 * args[0].numel(),
    "linear": lambda args, given, taken: 2 * given[0].numel() * args[1].shape[-1],
    "convolution": _convolution,
    "_convolution": _convolution,
    "mkldnn_convolution": lambda args, given, taken: 2 * given[0].numel() * (args[1].numel() // max(1, args[1].shape[0])),
    **{name: _pool for name in ("max_pool2d_with_indices", "max_pool3d_with_indices", "avg_pool2d", "avg_pool3d")},
}
