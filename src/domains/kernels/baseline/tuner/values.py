"""What a term is in a loop, as C++: what was stored is read, all else is computed there."""

import torch

from expressions import CALLS, expression
from graph import SizeProduct
from sizes import plus, times


def is_integer(term):
    if term.op == "leaf":
        return term.extra[1] == torch.int64
    if term.op == "position":
        return True
    if term.op in ("constant", "gt", "lt", "ge", "le", "eq", "ne", "and", "or", "not", "product", *CALLS):
        return False
    args = term.args[1:] if term.op == "where" else term.args[:1] if term.op in ("gather", "rows") else term.args
    return any(is_integer(arg) for arg in args)


class Values:
    """Expects `stored`, `place`, `sizes`, `numbers`, `graph`, and the `lines` and `memo` of what is being written."""

    def value(self, term, index, rows):
        if term.op == "constant":
            return self.constant(term)
        key = id(term), index
        if key not in self.memo:
            text = self.load(term, index, rows) if id(term) in self.stored else self.formula(term, index, rows)
            name = f"v{len(self.memo)}"
            self.memo[key] = name
            self.lines.append(f"const auto {name} = {text};")
        return self.memo[key]

    def load(self, term, index, rows):
        return self.place(term, rows).at(index)

    def constant(self, term):
        if isinstance(term.extra, SizeProduct):
            return f"(float)({times(*[self.sizes.of(size) for size in term.extra.sizes])})"
        if isinstance(term.extra, bool):
            return str(term.extra).lower()
        return self.numbers.text(term.extra)

    def formula(self, term, index, rows):
        op = term.op
        if op in ("leaf", "dense"):
            return self.load(term, index, rows)
        if op == "access":
            first = bool(term.extra) and term.extra[0] == ("dim", 0)
            return self.value(term.args[0], tuple(self.read(read, index) for read in term.extra), rows and first)
        if op == "position":
            return f"(int64_t)({index[0]})"
        if op == "triangle":
            side, diagonal = term.extra
            value = self.value(term.args[0], self.aligned(term, term.args[0], index), self.same_rows(term, term.args[0], rows))
            return f"({index[-1]} {side} {index[-2]} + {diagonal} ? (float){value} : 0.0f)"
        if op == "gather":
            source, chosen = term.args
            own = self.value(chosen, index, rows)
            size = self.sizes.of(source.shape[term.extra])
            place = self.place(source, rows and term.extra != 0 and source.shape[0] == term.shape[0])
            self.used.add("checked")
            return place.at([f"checked({own}, {size}, bad)" if d == term.extra else each for d, each in enumerate(index)])
        if op == "rows":
            table, chosen = term.args
            rank = len(chosen.shape)
            own = self.value(chosen, index[:rank], rows)
            self.used.add("checked")
            at = f"checked({own}, {self.sizes.of(table.shape[0])}, bad)"
            return self.place(table, False).at([at, *index[rank:]])
        args = [
            self.value(arg, self.aligned(term, arg, index), self.same_rows(term, arg, rows)) for arg in term.args
        ]
        if op == "where" and is_integer(term):
            return f"({args[0]} ? (int64_t){args[1]} : (int64_t){args[2]})"
        return expression(term, args)

    def read(self, read, index):
        if read[0] == "dim":
            return index[read[1]]
        if read[0] == "fixed":
            return self.sizes.number(read[1])
        start, step = self.sizes.number(read[2]), self.sizes.number(read[3])
        return f"({plus(start, times(step, index[read[1]]))})"

    def aligned(self, term, arg, index):
        shift = len(term.shape) - len(arg.shape)
        return tuple("0" if size == self.graph.one else index[d + shift] for d, size in enumerate(arg.shape))

    def same_rows(self, term, arg, rows):
        return rows and len(arg.shape) == len(term.shape) and arg.shape[0] != self.graph.one
