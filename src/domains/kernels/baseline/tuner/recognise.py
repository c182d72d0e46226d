"""From a trace to a program of terms: which tensors are read, through which views, and what is computed of them."""

import torch

from elementwise import number
from operators import lower
from terms import Space, Term
from tracing import NotRecognised, Value, Varying

VIEWS = (
    "view _unsafe_view reshape _reshape_alias expand unsqueeze squeeze t transpose permute slice select split "
    "split_with_sizes unbind diagonal movedim"
).split()
MATRICES = ("mm", "bmm")
DIAGONALS = ("diag", "diag_embed")
# Normalisations whose arguments from the second to before this one have an element for each channel.
BY_CHANNEL = {
    "native_group_norm": 3,
    "native_batch_norm": 5,
    "_native_batch_norm_legit_no_training": 5,
    "cudnn_batch_norm": 5,
    "_batch_norm_no_update": 5,
}


class Leaf:
    """A tensor that is read: the Python expression that gives it in forward, and its shape."""

    def __init__(self, expression, shape, dtype, strides):
        self.expression, self.shape, self.dtype, self.strides = expression, tuple(shape), dtype, tuple(strides)


class Program:
    """What is to be generated. `split` is (dimension, groups as an expression) where a dimension is cut in two."""

    def __init__(self, trace):
        self.trace = trace
        self.split = None
        self.channels = None
        self.known = {}
        for call in trace.calls:
            if call.op == "native_group_norm":
                self.channels, groups = number(call.args[4]), call.args[6]
                self.split = (number(groups), text_of(groups))
        self.space = Space(self.split_shape(self.largest()))
        self.outputs = []
        for value in trace.outputs:
            term = self.output(value)
            twice = any(term is other for other in self.outputs)
            self.outputs.append(Term("same", [term], term.shape, term.axes) if twice else term)

    def largest(self):
        shapes = []
        for call in self.trace.calls:
            if call.op in VIEWS or call.op in DIAGONALS:
                continue
            values = [call, *(arg for arg in call.args if isinstance(arg, Value))]
            shapes += [each.shape for each in values if getattr(each, "op", "") not in DIAGONALS]
        if not shapes:
            raise NotRecognised("forward computes nothing")
        return max(shapes, key=lambda shape: torch.Size(shape).numel())

    def split_shape(self, shape):
        if self.split and len(shape) >= 2 and shape[1] == self.channels:
            groups = self.split[0]
            return (shape[0], groups, self.channels // groups, *shape[2:])
        return tuple(shape)

    def output(self, value):
        term = self.term(value)
        if value.dtype != torch.float32:
            raise NotRecognised(f"an output of {value.dtype}")
        if self.space.place(term) is None:
            raise NotRecognised("an output that is smaller than the largest tensor and no reduction of it")
        if any(axis < 0 and size > 1 for axis, size in zip(term.axes, term.shape)):
            raise NotRecognised("an output that repeats its values")
        return term

    def leaf(self, value):
        """The tensor that a value is, through views only; None where something was computed."""
        if value.kind == "input":
            return Leaf(f"x{value.position}", value.shape, value.dtype, value.strides)
        if value.kind == "parameter":
            return Leaf(f"self.{value.name}", value.shape, value.dtype, value.strides)
        if value.kind == "operator" and value.op in VIEWS and isinstance(value.args[0], Value):
            below = self.leaf(value.args[0])
            if below is None:
                return None
            rest = "".join(f", {text_of(arg)}" for arg in value.args[1:])
            rest += "".join(f", {name}={text_of(arg)}" for name, arg in value.kwargs.items())
            several = value.op in ("split", "split_with_sizes", "unbind")
            chosen = f"[{value.index}]" if several else ""
            return Leaf(f"aten.{value.op}({below.expression}{rest}){chosen}", value.shape, value.dtype, value.strides)
        return None

    def term(self, value):
        if not isinstance(value, Value):
            return value
        if value.kind == "constant":
            return Term("constant", extra=value.constant)
        leaf = self.leaf(value)
        if leaf is not None:
            return self.load(leaf)
        if value.dtype not in (torch.float32, torch.bool):
            raise NotRecognised(f"the operator {value.op} gives {value.dtype}")
        if id(value) not in self.known:
            self.known[id(value)] = self.made(value)
        return self.known[id(value)]

    def load(self, leaf):
        if leaf.dtype not in (torch.float32, torch.bool):
            raise NotRecognised(f"a tensor of {leaf.dtype}")
        if len(leaf.shape) >= 2 and self.split and leaf.shape[1] == self.channels:
            first, step, *rest = leaf.strides
            strides = (first, step * (self.channels // self.split[0]), step, *rest)
            cut = f"{leaf.expression}.unflatten(1, ({self.split[1]}, -1))"
            leaf = Leaf(cut, self.split_shape(leaf.shape), leaf.dtype, strides)
        return Term("load", (), leaf.shape, None, leaf)

    def made(self, value):
        if value.op in VIEWS:
            return self.reshaped(value)
        if value.op in MATRICES:
            return self.diagonal_product(value)
        if value.op in BY_CHANNEL:
            last = BY_CHANNEL[value.op]
            args = [self.term(value.args[0]), *(each and self.by_channel(value, each) for each in value.args[1:last])]
            value.args = [*args, *value.args[last:]]
        result = lower(self.space, value, self.term)
        if not self.split and result.shape != value.shape and result.op != "constant":
            raise NotRecognised(f"the operator {value.op} gives a shape that was not expected")
        return result

    def by_channel(self, value, each):
        """A vector with an element for each channel, in the form in which it is broadcast."""
        leaf = self.leaf(each)
        if leaf is None:
            raise NotRecognised(f"weights of {value.op} that are computed")
        after = len(value.args[0].shape) - 2
        if self.split:
            shape, text = (self.split[0], self.channels // self.split[0]), f"{self.split[1]}, -1"
        else:
            shape, text = leaf.shape, "-1"
        strides = (shape[1], 1, *[0] * after) if self.split else (1, *[0] * after)
        wide = f"{leaf.expression}.view({text}{', 1' * after})"
        return self.load(Leaf(wide, (*shape, *[1] * after), leaf.dtype, strides))

    def diagonal_product(self, value):
        """A product with a diagonal matrix is a product of elements."""
        for side, dim in ((0, 1), (1, 0)):
            one, other = value.args[side], value.args[1 - side]
            if getattr(one, "op", "") in DIAGONALS and len(one.args[0].shape) == 1:
                leaf = self.leaf(one.args[0])
                if leaf is not None and len(value.shape) == 2:
                    shape = (*leaf.shape, 1) if dim == 1 else (1, *leaf.shape)
                    strides = (*leaf.strides, 0) if dim == 1 else (0, *leaf.strides)
                    column = self.load(Leaf(f"{leaf.expression}.unsqueeze({dim})", shape, leaf.dtype, strides))
                    return self.space.map("mul", column, self.term(other))
        raise NotRecognised("a product of matrices")

    def reshaped(self, value):
        """A view of something computed that only adds, removes or repeats dimensions of size 1."""
        term = self.term(value.args[0])
        axes = self.space.place(term)
        kept = [(size, axis) for size, axis in zip(term.shape, axes or ()) if axis >= 0]
        simple = value.op in ("unsqueeze", "squeeze", "view", "_unsafe_view", "reshape", "expand")
        if axes is None or not simple or self.split:
            raise NotRecognised(f"a view ({value.op}) of something computed")
        new = []
        shift = len(value.shape) - len(term.shape)
        for d, size in enumerate(value.shape):
            repeats = value.op == "expand" and (d < shift or term.shape[d - shift] == 1)
            if size == 1 or repeats:
                new.append(-1)
            elif kept and kept[0][0] == size:
                new.append(kept.pop(0)[1])
            else:
                raise NotRecognised(f"a view ({value.op}) that mixes dimensions")
        if kept:
            raise NotRecognised(f"a view ({value.op}) that mixes dimensions")
        return Term("same", [term], value.shape, tuple(new))


def text_of(thing):
    """A number or a list of them as Python, following the shapes where it does."""
    if isinstance(thing, Varying):
        return thing.expression
    if isinstance(thing, list):
        return "[" + ", ".join(text_of(each) for each in thing) + "]"
    if isinstance(thing, (Value, Term)):
        raise NotRecognised("a view that depends on a tensor")
    return repr(thing)
