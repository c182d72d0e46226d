"""C++ for a graph: what depends on rows of the first output is computed a block of rows at a time, the rest once before."""

import torch

from expressions import HEAVY, Numbers
from filling import Filling
from graph import Graph
from mathematics import SOURCES, sources
from product import CHECKED, PANELS, PRODUCT
from sizes import Place, Sizes, plus, times
from terms import REDUCTIONS, Term

HEAD = "#include <cmath>\n#include <cstdint>\n#include <cstring>\n#include <memory>\n"
# What is written to memory by itself; all else is computed where it is used.
STORED = (*REDUCTIONS, "scan", "cummax", "product", "cat")
READS = ("leaf", "access", "dense", "constant", "position")
CTYPES = {torch.float32: "float", torch.bool: "uint8_t", torch.int64: "int64_t"}


class Stages(Filling):
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
