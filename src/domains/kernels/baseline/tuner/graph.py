"""From a trace to a graph of terms that are computed one after the other, a few rows at a time.

A term's shape is a list of sizes; a size is what the dimension was in every run of the problem, so that two dimensions
are the same one if they always were. Views are ways to read what lies in memory.
"""

import torch

from elementwise import number
from operators import lower
from recognise import text_of
from terms import Term
from tracing import NotRecognised, Value, Varying

ONE_DTYPES = (torch.float32, torch.bool, torch.int64)
RESHAPES = ("view", "_unsafe_view", "reshape", "_reshape_alias", "flatten", "unflatten")
PRODUCTS = ("mm", "bmm", "addmm", "baddbmm", "mv", "linear")


class SizeProduct:
    """A constant: how many elements are reduced."""

    def __init__(self, sizes):
        self.sizes = sizes


class Graph:
    """Builds terms; has the methods of `terms.Space` that the rules of operators use."""

    def __init__(self, trace):
        self.trace, self.known = trace, {}
        self.one = (1,) * len(trace.runs)
        self.outputs = []
        for value in trace.outputs:
            if value.dtype != torch.float32:
                raise NotRecognised(f"an output of {value.dtype}")
            self.outputs.append(Term("same", [self.term(value)], tuple(value.sizes)))

    def term(self, value):
        if not isinstance(value, Value):
            return value
        if value.kind == "constant":
            return Term("constant", extra=value.constant)
        if value.dtype not in ONE_DTYPES:
            raise NotRecognised(f"a tensor of {value.dtype}")
        key = (value.kind, getattr(value, "name", getattr(value, "position", None)))
        key = id(value) if value.kind == "operator" else key
        if key not in self.known:
            self.known[key] = self.made(value)
        return self.known[key]

    def made(self, value):
        if value.kind == "input":
            return Term("leaf", (), tuple(value.sizes), None, (f"x{value.position}", value.dtype))
        if value.kind == "parameter":
            return Term("leaf", (), tuple(value.sizes), None, (f"self.{value.name}", value.dtype))
        rule = getattr(self, f"made_{value.op.strip('_')}", None)
        if value.op in RESHAPES:
            return self.reshaped(value)
        if value.op in PRODUCTS:
            return self.product(value)
        if rule is not None:
            return rule(value)
        result = lower(self, value, self.term)
        if value.op == "native_group_norm" or result.shape and tuple(result.shape) != tuple(value.sizes):
            raise NotRecognised(f"the operator {value.op} gives a shape that was not expected")
        return result if result.shape else Term("same", [result], tuple(value.sizes))

    # What the rules of operators ask for

    def map(self, op, *args, extra=None):
        args = [arg if isinstance(arg, Term) else Term("constant", extra=arg) for arg in args]
        rank = max(len(arg.shape) for arg in args)
        shape = [self.one] * rank
        for arg in args:
            for d, size in enumerate(arg.shape, rank - len(arg.shape)):
                if size != self.one:
                    shape[d] = size
        return Term(op, args, shape, None, extra)

    def reduce(self, op, term, dims, keepdim):
        rank = len(term.shape)
        dims = sorted(d % rank for d in dims) if dims else list(range(rank))
        shape = [self.one if d in dims else size for d, size in enumerate(term.shape)]
        result = Term(op, [term], shape, dims)
        if keepdim:
            return result
        kept = [d for d in range(rank) if d not in dims]
        reads = [("dim", kept.index(d)) if d in kept else ("fixed", 0) for d in range(rank)]
        return Term("access", [result], [shape[d] for d in kept], None, reads)

    def scan(self, term, dim):
        return Term("scan", [term], term.shape, None, dim % len(term.shape))

    def size_along(self, term, dims):
        dims = [d % len(term.shape) for d in dims] if dims else range(len(term.shape))
        return Term("constant", extra=SizeProduct([term.shape[d] for d in dims]))

    # Views

    def access(self, value, reads):
        return Term("access", [self.term(value.args[0])], tuple(value.sizes), None, reads)

    def made_t(self, value):
        rank = len(value.sizes)
        return self.access(value, [("dim", rank - 1 - d) for d in range(rank)])

    def made_transpose(self, value):
        rank = len(value.sizes)
        a, b = (number(each) % rank for each in value.args[1:3])
        order = {a: b, b: a}
        return self.access(value, [("dim", order.get(d, d)) for d in range(rank)])

    def made_permute(self, value):
        dims = [d % len(value.sizes) for d in value.args[1]]
        return self.access(value, [("dim", dims.index(d)) for d in range(len(dims))])

    def made_unsqueeze(self, value):
        new = value.args[1] % len(value.sizes)
        return self.access(value, [("dim", d + (d >= new)) for d in range(len(value.sizes) - 1)])

    def made_squeeze(self, value):
        source = value.args[0].sizes
        chosen = value.args[1] if len(value.args) > 1 else list(range(len(source)))
        chosen = [d % len(source) for d in (chosen if isinstance(chosen, list) else [chosen])]
        gone = [d in chosen and source[d] == self.one for d in range(len(source))]
        return self.access(value, [("fixed", 0) if gone[d] else ("dim", d - sum(gone[:d])) for d in range(len(gone))])

    def made_expand(self, value):
        source = value.args[0].sizes
        shift = len(value.sizes) - len(source)
        return self.access(value, [("fixed", 0) if s == self.one else ("dim", d + shift) for d, s in enumerate(source)])

    def made_select(self, value):
        dim, index = value.args[1] % len(value.args[0].sizes), value.args[2]
        rest = [("dim", d - (d > dim)) for d in range(len(value.args[0].sizes))]
        rest[dim] = ("fixed", index)
        return self.access(value, rest)

    def made_slice(self, value):
        args = [*value.args, *[None] * (5 - len(value.args))]
        dim = (args[1] or 0) % len(value.sizes)
        return self.part(value, dim, args[2] or 0, 1 if args[4] is None else args[4])

    def made_split(self, value):
        dim = value.args[2] if len(value.args) > 2 else value.kwargs.get("dim", 0)
        if value.index and isinstance(value.args[1], list):
            raise NotRecognised("a split in parts of several sizes")
        start = value.args[1]
        start = Varying(number(start) * value.index, f"({text_of(start)} * {value.index})") if value.index else 0
        return self.part(value, dim % len(value.sizes), start, 1)

    def made_unbind(self, value):
        dim = (value.args[1] if len(value.args) > 1 else 0) % len(value.args[0].sizes)
        rest = [("dim", d - (d > dim)) for d in range(len(value.args[0].sizes))]
        rest[dim] = ("fixed", value.index)
        return self.access(value, rest)

    def part(self, value, dim, start, step):
        reads = [("dim", d) for d in range(len(value.sizes))]
        if number(start) < 0 and not isinstance(start, Varying):
            start = (value.args[0].sizes[dim], start)
        reads[dim] = ("part", dim, start, step)
        return self.access(value, reads)

    def reshaped(self, value):
        source = self.term(value.args[0])
        if tuple(source.shape) == tuple(value.sizes):
            return source
        # Dimensions of size 1 that come or go are no reason to put things in order.
        old = [d for d, size in enumerate(source.shape) if size != self.one]
        new = [d for d, size in enumerate(value.sizes) if size != self.one]
        if [source.shape[d] for d in old] == [value.sizes[d] for d in new]:
            to = dict(zip(old, new))
            return self.access(value, [("dim", to[d]) if d in to else ("fixed", 0) for d in range(len(source.shape))])
        return Term("dense", [source], tuple(value.sizes))

    # What is more than elementwise

    def product(self, value):
        args, op = [self.term(each) if isinstance(each, Value) else each for each in value.args], value.op
        if op in ("addmm", "baddbmm"):
            if any(number(each) != 1 for each in value.kwargs.values()):
                raise NotRecognised("a product with factors")
            return self.map("add", Term("product", args[1:3], tuple(value.sizes)), args[0])
        if op == "mv":
            column = Term("access", [args[1]], (*args[1].shape, self.one), None, [("dim", 0)])
            whole = Term("product", [args[0], column], (*value.sizes, self.one))
            return Term("access", [whole], tuple(value.sizes), None, [("dim", 0), ("fixed", 0)])
        if op == "linear":
            turned = Term("access", [args[1]], args[1].shape[::-1], None, [("dim", 1), ("dim", 0)])
            if len(args[0].shape) != 2:
                raise NotRecognised("a linear layer of more than rows")
            result = Term("product", [args[0], turned], tuple(value.sizes))
            return result if len(args) < 3 or args[2] is None else self.map("add", result, args[2])
        return Term("product", args, tuple(value.sizes))

    def made_cat(self, value):
        dim = (value.args[1] if len(value.args) > 1 else 0) % len(value.sizes)
        return Term("cat", [self.term(each) for each in value.args[0]], tuple(value.sizes), None, dim)

    def made_cummax(self, value):
        if value.index != 0:
            raise NotRecognised("the positions that cummax gives")
        source = self.term(value.args[0])
        return Term("cummax", [source], source.shape, None, value.args[1] % len(source.shape))

    def made_arange(self, value):
        if len(value.args) != 1:
            raise NotRecognised("a range that does not begin at 0")
        return Term("position", (), tuple(value.sizes))

    def made_tril(self, value):
        return self.triangle(value, "<=")

    def made_triu(self, value):
        return self.triangle(value, ">=")

    def triangle(self, value, side):
        diagonal = value.args[1] if len(value.args) > 1 else 0
        if isinstance(diagonal, Varying):
            raise NotRecognised("a triangle that follows the shapes")
        source = self.term(value.args[0])
        return Term("triangle", [source], tuple(value.sizes), None, (side, diagonal))

    def made_gather(self, value):
        source, index = self.term(value.args[0]), self.term(value.args[2])
        return Term("gather", [source, index], tuple(value.sizes), None, value.args[1] % len(source.shape))

    def made_embedding(self, value):
        return self.rows(value, value.args[0], value.args[1])

    def made_index(self, value):
        if len(value.args[1]) != 1 or not isinstance(value.args[1][0], Value):
            raise NotRecognised("an index over several dimensions")
        return self.rows(value, value.args[0], value.args[1][0])

    def rows(self, value, table, index):
        if index.dtype != torch.int64:
            raise NotRecognised("a choice by a mask")
        return Term("rows", [self.term(table), self.term(index)], tuple(value.sizes))

    def made_full(self, value):
        filled = {"ones": 1.0, "zeros": 0.0}.get(value.op)
        filled = value.args[1] if filled is None else filled
        return Term("same", [Term("constant", extra=filled)], tuple(value.sizes))

    made_ones = made_zeros = made_full
