"""C++ for a graph: what depends on rows of the first output is computed a block of rows at a time, the rest once before."""

import torch

from expressions import CALLS, HEAVY, Numbers, expression
from graph import Graph, SizeProduct
from mathematics import SOURCES, sources
from product import CHECKED, PANELS, PRODUCT
from terms import REDUCTIONS, Term
from trace import NotRecognised, Varying, expression_for

HEAD = "#include <cmath>\n#include <cstdint>\n#include <cstring>\n#include <memory>\n"
# What is written to memory by itself; all else is computed where it is used.
STORED = (*REDUCTIONS, "scan", "cummax", "product", "cat")
READS = ("leaf", "access", "dense", "constant", "position")
CTYPES = {torch.float32: "float", torch.bool: "uint8_t", torch.int64: "int64_t"}


def is_integer(term):
    if term.op == "leaf":
        return term.extra[1] == torch.int64
    if term.op == "position":
        return True
    if term.op in ("constant", "gt", "lt", "ge", "le", "eq", "ne", "and", "or", "not", "product", *CALLS):
        return False
    args = term.args[1:] if term.op == "where" else term.args[:1] if term.op in ("gather", "rows") else term.args
    return any(is_integer(arg) for arg in args)


class Sizes:
    """Sizes as C++: numbers, or names of those that follow the shapes, which are handed over."""

    def __init__(self, runs):
        self.runs, self.names, self.expressions, self.values = runs, {}, [], []

    def name(self, value, text):
        if text not in self.names:
            self.names[text] = f"n{len(self.names)}"
            self.expressions.append(text)
            self.values.append(value)
        return self.names[text]

    def of(self, size):
        if all(each == size[0] for each in size):
            return str(size[0])
        return self.name(size[0], expression_for(list(size), self.runs))

    def number(self, value):
        if isinstance(value, Varying):
            return self.name(value.value, value.expression)
        if isinstance(value, tuple):
            return f"({self.of(value[0])} + {value[1]})"
        return str(value)


def times(*factors):
    factors = [each for each in factors if each != "1"]
    return "0" if "0" in factors else " * ".join(factors) or "1"


def plus(*parts):
    return " + ".join(each for each in parts if each != "0") or "0"


class Place:
    """Where a term lies in memory: a pointer's name, an offset, and a step for each dimension."""

    def __init__(self, name, offset, steps):
        self.name, self.offset, self.steps = name, offset, steps

    def at(self, index):
        moves = [times(step, each) for step, each in zip(self.steps, index)]
        return f"{self.name}[{plus(self.offset, *moves)}]"


class Stages:
    """One variant: `block` rows at a time; with `packed`, matrices that all rows need are put in panels before."""

    def __init__(self, trace, block, packed, threads=1):
        self.graph = Graph(trace)
        self.block, self.packed, self.threads = block, packed, threads
        self.sizes, self.numbers = Sizes(trace.runs), Numbers()
        self.rows = self.graph.outputs[0].shape[0] if self.graph.outputs[0].shape else None
        self.leaves, self.places, self.packs, self.copies = [], {}, {}, {}
        self.before, self.inside = [], []
        self.rooms = {True: [], False: []}
        self.lines, self.memo, self.count = None, {}, 0
        self.used = set()
        self.choose_stored()
        for index, term in enumerate(self.graph.outputs):
            inner = term.args[0]
            straight = id(inner) in self.stored and inner.shape == term.shape and (id(inner), True) not in self.places
            self.compute(inner if straight else term, self.blockable(term), f"y{index}")

    # What is stored

    def choose_stored(self):
        order, consumers = [], {}

        def visit(term):
            if id(term) in consumers:
                return
            consumers[id(term)] = []
            for arg in term.args:
                visit(arg)
                consumers[id(arg)].append(term)
            order.append(term)

        for term in self.graph.outputs:
            visit(term)
        outputs = {id(term) for term in self.graph.outputs}
        self.stored, homes = set(), {}
        for term in reversed(order):
            users = consumers[id(term)]
            homes[id(term)] = set()
            for user in users:
                homes[id(term)] |= {id(user)} if id(user) in self.stored else homes[id(user)]
            if term.op in STORED or id(term) in outputs:
                self.stored.add(id(term))
            if term.op in READS:
                continue
            wider = any(
                sum(s != self.graph.one for s in user.shape) > sum(s != self.graph.one for s in term.shape)
                for user in users
            )
            again = len(homes[id(term)]) > 1 or (wider and term.op in HEAVY)
            if again or any(self.needs_memory(user, term) for user in users):
                self.stored.add(id(term))

    def needs_memory(self, user, term):
        if user.op == "access":
            return any(self.needs_memory(each, user) for each in self.users_of(user))
        return user.op in ("dense", "product") or user.op in ("gather", "rows") and user.args[0] is term

    def users_of(self, term):
        seen, found = set(), []

        def visit(each):
            if id(each) in seen:
                return
            seen.add(id(each))
            for arg in each.args:
                if arg is term:
                    found.append(each)
                visit(arg)

        for output in self.graph.outputs:
            visit(output)
        return found

    def blockable(self, term):
        along = term.extra if term.op in ("scan", "cummax", "cat") else None
        return bool(term.shape) and term.shape[0] == self.rows and along != 0

    # Where things lie

    def dense(self, shape):
        steps, step = [], "1"
        for size in reversed(shape):
            steps.insert(0, step)
            step = times(self.sizes.of(size), step)
        return steps

    def place(self, term, rows):
        """`rows`: whether the index of its first dimension is a row of the block."""
        if term.op == "leaf":
            known = next((i for i, each in enumerate(self.leaves) if each is term), None)
            if known is None:
                known = len(self.leaves)
                self.leaves.append(term)
            return Place(f"l{known}", "0", self.dense(term.shape))
        if term.op == "access":
            first = bool(term.extra) and term.extra[0] == ("dim", 0)
            source = self.place(term.args[0], rows and first)
            steps, offset = ["0"] * len(term.shape), source.offset
            for read, step in zip(term.extra, source.steps):
                if read[0] == "dim":
                    steps[read[1]] = plus(steps[read[1]], step)
                elif read[0] == "fixed":
                    offset = plus(offset, times(step, self.sizes.number(read[1])))
                else:
                    steps[read[1]] = plus(steps[read[1]], times(step, self.sizes.number(read[3])))
                    offset = plus(offset, times(step, self.sizes.number(read[2])))
            return Place(source.name, offset, steps)
        if term.op == "dense":
            source = term.args[0]
            same = bool(source.shape) and source.shape[0] == term.shape[0]
            below = self.place(self.in_order(source, rows and same), rows and same)
            steps = self.dense(term.shape)
            return Place(below.name, below.offset, steps)
        rows = rows and self.blockable(term)
        if (id(term), rows) not in self.places:
            self.count += 1
            self.compute(term, rows, f"k{self.count}")
        return self.places[id(term), rows]

    def in_order(self, term, rows):
        """The term, or a copy of it, that lies in memory without gaps."""
        if term.op == "access" and self.place(term, rows).steps != self.dense(term.shape):
            return self.copied(term)
        return term

    def copied(self, term):
        copy = self.copies.setdefault(id(term), Term("same", [term], term.shape))
        self.stored.add(id(copy))
        return copy

    # Computing

    def compute(self, term, rows, name):
        """Writes the loops that fill a buffer, or an output, with a term."""
        steps = self.dense(term.shape)
        output = name.startswith("y")
        if output:
            place = Place(name, "0", steps)
        else:
            kind = "int64_t" if is_integer(term) else "float"
            count = times(*[self.sizes.of(size) for size in (term.shape[1:] if rows else term.shape)])
            count = times("BLOCK", count) if rows else count
            self.rooms[rows].append(f"std::unique_ptr<{kind}[]> room_{name}(new {kind}[{count}]);")
            self.rooms[rows].append(f"{kind} *{name} = room_{name}.get();")
            place = Place(name, f"-b0 * ({steps[0]})" if rows else "0", steps)
        saved = self.lines, self.memo
        self.lines, self.memo = [], {}
        rule = getattr(self, f"compute_{term.op}", None)
        if term.op in REDUCTIONS:
            rule = self.reduction
        (rule or self.elementwise)(term, rows, place)
        # What is stored was perhaps asked for in the middle of these loops: it was written before them.
        section = self.inside if rows else self.before
        section.extend(self.lines)
        self.lines, self.memo = saved
        self.places[id(term), rows] = place

    def loop(self, shape, rows, dims=None, simd="#pragma omp simd"):
        """Opens loops over these dimensions: the index, and how many were opened."""
        index, opened = ["0"] * len(shape), 0
        dims = range(len(shape)) if dims is None else dims
        long = [d for d in dims if shape[d] != self.graph.one or (d == 0 and rows)]
        for d in long:
            index[d] = "r" if d == 0 and rows else f"i{d}"
            bounds = ("b0", "b1") if d == 0 and rows else ("0", self.sizes.of(shape[d]))
            if simd and d == long[-1]:
                self.lines.append(simd)
            self.lines.append(f"for (int64_t {index[d]} = {bounds[0]}; {index[d]} < {bounds[1]}; {index[d]}++) {{")
            opened += 1
        return index, opened

    def elementwise(self, term, rows, place):
        index, opened = self.loop(term.shape, rows)
        value = self.formula(term, tuple(index), rows)
        self.lines += [f"{place.at(index)} = {value};", "}" * opened]

    def reduction(self, term, rows, place):
        source, dims = term.args[0], term.axes
        start = {"sum": "0.0f", "max": "-INFINITY", "min": "INFINITY"}[term.op]
        kept = [d for d in range(len(source.shape)) if d not in dims and source.shape[d] != self.graph.one]
        sign = {"max": ">", "min": "<"}.get(term.op)
        if not kept or max(kept) < min(dims):
            index, outer = self.loop(source.shape, rows, kept, simd=None)
            kind = {"sum": "+"}.get(term.op, term.op)
            self.lines.append(f"float most = {start}; int nans = 0;")
            more, opened = self.loop(source.shape, rows, dims, f"#pragma omp simd reduction({kind} : most) reduction(+ : nans)")
            index = [b if b != "0" else a for a, b in zip(index, more)]
            value = self.value(source, tuple(index), rows)
            if term.op == "sum":
                self.lines.append(f"most += {value};")
            else:
                self.lines.append(f"most = {value} {sign} most ? {value} : most; nans += {value} != {value};")
            self.lines.append("}" * opened)
            to = place.at(["0" if d in dims else each for d, each in enumerate(index)])
            self.lines += [f"{to} = nans ? NAN : most;", "}" * outer]
            return
        index, opened = self.loop(term.shape, rows)
        self.lines += [f"{place.at(index)} = {start};", "}" * opened]
        index, opened = self.loop(source.shape, rows)
        value = self.value(source, tuple(index), rows)
        to = place.at(["0" if d in dims else each for d, each in enumerate(index)])
        if term.op == "sum":
            self.lines.append(f"{to} += {value};")
        else:
            self.lines.append(f"{to} = {value} {sign} {to} || {value} != {value} ? {value} : {to};")
        self.lines.append("}" * opened)

    def compute_scan(self, term, rows, place):
        if is_integer(term):
            raise NotRecognised("a cumulative sum of integers")
        dim, last = term.extra, len(term.shape) - 1
        index, opened = self.loop(term.shape, rows)
        value = self.value(term.args[0], tuple(index), rows)
        if dim == last:
            self.lines += [f"{place.at(index)} = {value};", "}"]
            begin = place.at([*index[:-1], "0"])
            self.lines += [f"cumulate(&{begin}, {self.sizes.of(term.shape[dim])});", "}" * (opened - 1)]
            return
        before = place.at([f"({each} - 1)" if d == dim else each for d, each in enumerate(index)])
        self.lines += [f"{place.at(index)} = {value} + ({index[dim]} > 0 ? {before} : 0.0f);", "}" * opened]

    def compute_cummax(self, term, rows, place):
        if term.extra != len(term.shape) - 1:
            raise NotRecognised("a cumulative maximum over another dimension than the last")
        index, opened = self.loop(term.shape, rows, simd=None)
        value = self.value(term.args[0], tuple(index), rows)
        before = place.at([*index[:-1], f"({index[-1]} - 1)"])
        kept = f"{index[-1]} > 0 && !({before} <= {value} || {value} != {value})"
        self.lines += [f"{place.at(index)} = {kept} ? {before} : {value};", "}" * opened]

    def compute_cat(self, term, rows, place):
        dim, start = term.extra, "0"
        for part in term.args:
            index, opened = self.loop(part.shape, rows)
            value = self.value(part, tuple(index), rows)
            moved = [plus(start, each) if d == dim else each for d, each in enumerate(index)]
            moved = [f"({each})" for each in moved]
            self.lines += [f"{place.at(moved)} = {value};", "}" * opened]
            self.memo = {}
            start = plus(start, self.sizes.of(part.shape[dim]))

    def compute_product(self, term, rows, place):
        left, right = term.args
        batched = len(term.shape) == 3
        m, n, k = self.sizes.of(term.shape[-2]), self.sizes.of(term.shape[-1]), self.sizes.of(left.shape[-1])
        a = self.place(left, rows)
        right_rows = rows and batched
        packed = self.packed and not batched
        b = self.place(right, right_rows)
        if b.steps[-1] != "1" and not packed:
            b = self.place(self.copied(right), right_rows)
        index = ["0"] * len(term.shape)
        bounds = ["NEVER", "NEVER"]
        if not batched:
            for side, each in enumerate((left, right)):
                if each.op == "triangle" and each.extra[0] == "<=":
                    bounds[side] = str(each.extra[1])
        if batched:
            _, opened = self.loop(term.shape, rows, [0], simd=None)
            index[0] = "r" if rows else "i0" if opened else "0"
        elif rows:
            m, index[0], opened = "b1 - b0", "b0", 0
        else:
            opened = 0
        first = index[0] if not batched else "0"
        right_index = [index[0], "0", "0"] if batched else ["0", "0"]
        sides = f"Sides{{{m}, {k}, &{a.at(index)}, {a.steps[-2]}, {a.steps[-1]}, {b.steps[-2]}, {place.steps[-2]}, {first}, {', '.join(bounds)}}}"
        self.used.add("product")
        if packed:
            self.used.add("panels")
            name = self.panels(right, b, n, k)
            self.lines.append(f"product_of_panels({sides}, {n}, {name}, &{place.at(index)});")
        else:
            self.lines.append(f"product({sides}, {n}, &{b.at(right_index)}, &{place.at(index)});")
        self.lines.append("}" * opened)

    def panels(self, right, b, n, k):
        if id(right) not in self.packs:
            name = self.packs[id(right)] = f"panels{len(self.packs)}"
            self.rooms[False].append(
                f"std::unique_ptr<float[]> room_{name}(new float[({n} + PANEL) * {k}]);\n    float *{name} = room_{name}.get();"
            )
            self.before.append(f"pack({k}, {n}, &{b.at(['0', '0'])}, {b.steps[0]}, {b.steps[1]}, {name});")
        return self.packs[id(right)]

    # Values in a loop

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

    # The whole

    def source(self):
        names = [f"n{i}" for i in range(len(self.sizes.values))]
        text = "\n    ".join(
            [
                *[f"const {CTYPES[leaf.extra[1]]} *l{i} = (const {CTYPES[leaf.extra[1]]} *)leaves[{i}];" for i, leaf in enumerate(self.leaves)],
                *[f"float *y{i} = (float *)outputs[{i}];" for i in range(len(self.graph.outputs))],
                "int bad = 0;",
                *self.rooms[False],
                *self.before,
                *(self.block_text() if self.inside else []),
                "return bad;",
            ]
        )
        parameters = "".join(f", int64_t {name}" for name in names)
        used = [name for name in SOURCES if f"{name}(" in text]
        parts = [HEAD, sources(used), PRODUCT if "product" in self.used else "", PANELS if "panels" in self.used else ""]
        parts.append(CHECKED if "checked" in self.used else "")
        parts.append(
            f"\nstatic inline __attribute__((always_inline)) int body(const void *const *leaves, void *const *outputs,\n"
            f"    const float *c{parameters}) {{\n    constexpr int64_t BLOCK = {self.block};\n    {text}\n}}\n"
        )
        arguments = "".join(f", n[{i}]" for i in range(len(names)))
        known = " && ".join(f"n[{i}] == {value}" for i, value in enumerate(self.sizes.values))
        numbers = "".join(f", {value}" for value in self.sizes.values)
        parts.append(
            'extern "C" int run(const void *const *leaves, void *const *outputs, const int64_t *n, const float *c) {\n'
            + (f"    if ({known}) return body(leaves, outputs, c{numbers});\n" if names else "")
            + f"    return body(leaves, outputs, c{arguments});\n}}\n"
        )
        return "\n".join(parts)

    def block_text(self):
        total = self.sizes.of(self.rows)
        loop = f"for (int64_t b0 = 0; b0 < {total}; b0 += BLOCK) {{"
        last = f"const int64_t b1 = b0 + BLOCK < {total} ? b0 + BLOCK : {total};"
        threads = self.threads > 1
        open_ = [f"#pragma omp parallel num_threads({self.threads})\n    {{"] if threads else ["{"]
        return [*open_, *self.rooms[True], *(["#pragma omp for"] if threads else []), loop, last, *self.inside, "}", "}"]

    def forward(self):
        """The text of the method that calls it."""
        names = [f"x{position}" for position in range(len(self.graph.trace.shapes))]
        shapes = [self.shape_text(term.shape) for term in self.graph.outputs]
        numbers = [key for kind, key in self.numbers.varying]
        leaves = ", ".join(leaf.extra[0] for leaf in self.leaves)
        result = "tuple(outputs)" if self.graph.trace.several else "outputs[0]"
        return "\n".join(
            [
                f"def forward(self, {', '.join(names)}):",
                f"    outputs = launch([{leaves}], [{', '.join(self.sizes.expressions)}], [{', '.join(shapes)}], [{', '.join(numbers)}])",
                f"    return {result}",
            ]
        )

    def shape_text(self, shape):
        expressions = dict(zip([f"n{i}" for i in range(len(self.sizes.expressions))], self.sizes.expressions))
        return "[" + ", ".join(expressions.get(self.sizes.of(size), self.sizes.of(size)) for size in shape) + "]"


RUNTIME = '''
def launch(leaves, sizes, shapes, numbers):
    """Calls the generated function: tensors that are read, the sizes that it was not made for alone, outputs' shapes."""
    leaves = [each.contiguous() for each in leaves]
    made = [torch.empty(shape, dtype=torch.float32) for shape in shapes]
    bad = library.run(
        (ctypes.c_void_p * max(1, len(leaves)))(*[each.data_ptr() for each in leaves]),
        (ctypes.c_void_p * len(made))(*[each.data_ptr() for each in made]),
        (ctypes.c_int64 * max(1, len(sizes)))(*sizes),
        (ctypes.c_float * max(1, len(numbers)))(*[float(each) for each in numbers]),
    )
    if bad:
        raise IndexError("an index is out of range")
    return made
'''
