"""Tensors in lists, tuples and dicts: described as JSON, taken apart and put together."""

import torch

PLAIN = (type(None), bool, int, float, str)


def dtype_name(dtype):
    return str(dtype).replace("torch.", "")


def dtype_of(name):
    dtype = getattr(torch, name)
    assert isinstance(dtype, torch.dtype)
    return dtype


def layout_of(tensor):
    """Shape, strides in elements, dtype, and how many bytes lie between its first and its last element."""
    return {
        "shape": list(tensor.shape),
        "strides": list(tensor.stride()),
        "dtype": dtype_name(tensor.dtype),
        "bytes": span(tensor.shape, tensor.stride()) * tensor.element_size(),
    }


def span(shape, strides):
    """Elements from the first to the last, both included; 0 where there is none."""
    if any(size == 0 for size in shape):
        return 0
    return 1 + sum((size - 1) * stride for size, stride in zip(shape, strides))


def allocated(layout, device="cpu", shift=0, pinned=False):
    """A tensor for a layout, with nothing written in it yet; its address is moved by `shift` bytes."""
    dtype = dtype_of(layout["dtype"])
    shape, strides = layout["shape"], layout["strides"]
    elements = shift // torch.empty(0, dtype=dtype).element_size()
    whole = torch.empty(span(shape, strides) + elements, dtype=dtype, device=device, pin_memory=pinned)
    return whole.as_strided(shape, strides, elements)


def leaves_of(value):
    """The tensors in a value, in order."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in leaves_of(part)]
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves_of(part)]
    return []


def described(value):
    """A value as JSON, with `{"t": k}` for its k-th tensor. Raises TypeError for what cannot be told."""
    count = iter(range(1 << 30))

    def tell(part):
        if isinstance(part, torch.Tensor):
            return {"t": next(count)}
        if isinstance(part, PLAIN):
            return {"v": part}
        if isinstance(part, torch.dtype):
            return {"dtype": dtype_name(part)}
        if isinstance(part, (list, tuple)):
            return {"l" if isinstance(part, list) else "u": [tell(each) for each in part]}
        if isinstance(part, dict) and all(isinstance(key, str) for key in part):
            return {"d": [[key, tell(each)] for key, each in part.items()]}
        raise TypeError(f"a {type(part).__name__} cannot be handed over to another process")

    return tell(value)


def rebuilt(tree, tensors):
    """The value that `described` told of, with these tensors in it."""
    if "t" in tree:
        return tensors[tree["t"]]
    if "l" in tree:
        return [rebuilt(each, tensors) for each in tree["l"]]
    if "u" in tree:
        return tuple(rebuilt(each, tensors) for each in tree["u"])
    if "d" in tree:
        return {key: rebuilt(each, tensors) for key, each in tree["d"]}
    if "dtype" in tree:
        return dtype_of(tree["dtype"])
    return tree["v"]


def mapped(value, change):
    """The value with what `change` makes of each tensor in its place."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, (list, tuple)):
        return (list if isinstance(value, list) else tuple)(mapped(part, change) for part in value)
    if isinstance(value, dict):
        return {key: mapped(part, change) for key, part in value.items()}
    return value


def form_of(value):
    """How tensors are put together in a value, as a short text: `t`, `(t,t)`, `{h:t}`. Tuples are as good as lists."""
    if isinstance(value, torch.Tensor):
        return "t"
    if isinstance(value, (list, tuple)):
        return "(" + ",".join(form_of(each) for each in value) + ")"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{form_of(each)}" for key, each in value.items()) + "}"
    if isinstance(value, PLAIN):
        return repr(value)
    return f"<{type(value).__name__}>"


def claims_of(outputs):
    """Where the outputs of several calls lie: forms and layouts once each, and for each tensor its address.

    An address is -1 where a tensor has none, such as one that is sparse.
    """
    kinds, calls, seen = [], [], None
    for output in outputs:
        if type(output) is torch.Tensor:
            tensors = [output]
            # Told once for a row of calls: this is part of the time of each.
            same = seen is not None and (output.shape, output.stride(), output.dtype) == seen
            seen = (output.shape, output.stride(), output.dtype)
        else:
            tensors, same, seen = leaves_of(output), False, None
        if not same:
            kinds.append({"form": form_of(output), "leaves": [_layout(tensor) for tensor in tensors]})
        calls.append([len(kinds) - 1, *[_address(tensor) for tensor in tensors]])
    return {"kinds": kinds, "calls": calls}


def _layout(tensor):
    return [list(tensor.shape), _strides(tensor), dtype_name(tensor.dtype)]


def _strides(tensor):
    return list(tensor.stride()) if tensor.layout is torch.strided else []


def _address(tensor):
    if tensor.layout is not torch.strided or tensor.is_conj() or tensor.is_neg() or tensor.is_quantized:
        return -1
    return tensor.data_ptr()
