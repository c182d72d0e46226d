"""C++ for a program: one pass over memory for each step of its reductions."""

import torch

from expressions import HEAVY, Numbers, is_logical
from groups import Loops
from mathematics import SOURCES, sources
from terms import REDUCTIONS

HEAD = "#include <cmath>\n#include <cstdint>\n#include <cstring>\n#include <vector>\n"
START = {"sum": "0.0f", "max": "-INFINITY", "min": "INFINITY"}


class Variant:
    """What is tuned: what is kept between passes, columns at a time, and the compiler's flags."""

    def __init__(self, keep, width, flags, threads=1):
        self.keep, self.width, self.flags, self.threads = keep, width, flags, threads


class Emitter:
    def __init__(self, program, variant):
        self.program, self.variant = program, variant
        self.numbers = Numbers()
        self.order = []
        seen = set()
        for term in program.outputs:
            self.visit(term, seen)
        self.leaves = [term for term in self.order if term.op == "load"]
        self.loops = Loops(program, self.leaves, program.outputs)
        self.names = {id(term): f"t{index}" for index, term in enumerate(self.order)}
        self.reduced_axes = set(program.space.reduced or ()) or set(self.loops.groups[-1][1])
        self.level = {}
        for term in self.order:
            below = max((self.level[id(arg)] for arg in term.args), default=0)
            self.level[id(term)] = below + (term.op in (*REDUCTIONS, "scan"))
        self.last = max(self.level.values())
        self.kept = {id(term) for term in self.order if term.op == "scan"}
        self.passes = [self.wanted(level) for level in range(self.last + 1)]
        if variant.keep:
            self.keep_what_is_used_again()

    def visit(self, term, seen):
        if id(term) in seen:
            return
        seen.add(id(term))
        for arg in term.args:
            self.visit(arg, seen)
        self.order.append(term)

    def full(self, term):
        """Whether it differs along what is reduced; where nothing is, along the loop over neighbours."""
        return term.op not in REDUCTIONS and any(axis in self.reduced_axes for axis in term.axes or ())

    def wanted(self, level):
        """Terms that a pass ends in: what is reduced or scanned in it, and outputs."""
        ends = [t for t in self.order if t.op in (*REDUCTIONS, "scan") and self.level[id(t)] == level + 1]
        outputs = [t for t in self.program.outputs if self.full(t) and max(self.level[id(t)], 0) == level]
        return ends, outputs

    def computed_in(self, level):
        """Full terms that a pass computes, for what it ends in."""
        ends, outputs = self.passes[level]
        found, seen = [], set()

        def walk(term):
            if id(term) in seen or not self.full(term):
                return
            seen.add(id(term))
            stored = term.op == "scan" or id(term) in self.kept and self.level[id(term)] < level
            if not stored:
                for arg in term.args:
                    walk(arg)
            found.append(term)

        for term in ends:
            walk(term.args[0])
        for term in outputs:
            walk(term)
        return found

    def keep_what_is_used_again(self):
        uses = {}
        for level in range(self.last + 1):
            for term in self.computed_in(level):
                uses.setdefault(id(term), []).append((level, term))
        for key, places in uses.items():
            term = places[0][1]
            worth = term.op in HEAVY or (self.variant.keep == "all" and term.args)
            again = len(places) > 1 and places[0][0] == self.level[key]
            if worth and again and not is_logical(term) and term.op != "same":
                self.kept.add(key)

    def source(self):
        import nest

        body = nest.body(self)
        used = [name for name in SOURCES if f"{name}(" in body]
        return f"{HEAD}{sources(used)}\n{body}"

    def description(self):
        """What model_new.py has to know: leaves, outputs, groups of axes, numbers."""
        return {
            "leaves": [(leaf.extra.expression, list(leaf.axes)) for leaf in self.leaves],
            "steps": self.loops.steps[: len(self.leaves)],
            "outputs": [list(term.axes) for term in self.program.outputs],
            "groups": [axes for _, axes in self.loops.groups],
            "numbers": self.numbers.varying,
        }


def ctype(leaf):
    return "uint8_t" if leaf.extra.dtype == torch.bool else "float"
