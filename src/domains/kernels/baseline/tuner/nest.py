"""The loops of a generated function, as text."""

from emit import START, ctype
from expressions import expression, is_logical
from terms import REDUCTIONS

# Sums in single precision stay this short; their sum is in double.
CHUNK, ROWS = 4096, 64
BLOCK = 16384


class Lines:
    def __init__(self):
        self.text, self.depth = [], 0

    def add(self, line):
        self.text.append("    " * self.depth + line if line else "")

    def open(self, line):
        self.add(line + " {")
        self.depth += 1

    def close(self, count=1):
        for _ in range(count):
            self.depth -= 1
            self.add("}")


class Nest:
    def __init__(self, e):
        self.e, self.out = e, Lines()
        self.groups = len(e.loops.groups)
        self.lanes, self.width = e.loops.lanes, e.variant.width
        self.reduced = e.loops.of("reduced")
        self.inlined = {}
        self.lane_axes = set(e.loops.groups[-1][1]) if self.lanes else set()
        self.lane = {}
        for term in e.order:
            own = term.op in REDUCTIONS or any(axis in self.lane_axes for axis in term.axes or ())
            self.lane[id(term)] = self.lanes and (own or any(self.lane[id(arg)] for arg in term.args))

    def stride(self, view, group):
        return f"s[{view * self.groups + group}]"

    def at(self, pointer, view, last="i"):
        step = self.e.loops.steps[view]
        if step in (0, 1):
            return f"{pointer}[{last if step else 0}]"
        return f"{pointer}[{last} * {self.stride(view, self.groups - 1)}]"

    def function(self):
        e, out = self.e, self.out
        out.add("// leaves and outputs, then the sizes of the loops, the strides of each tensor over them, and numbers")
        out.add('extern "C" void run(const void *const *leaves, void *const *outputs, const int64_t *n,')
        out.open("                    const int64_t *s, const float *c)")
        views = [(f"const {ctype(leaf)}", f"l{v}", "leaves", v) for v, leaf in enumerate(e.leaves)]
        views += [("float", f"y{v}", "outputs", v) for v in range(len(e.program.outputs))]
        for kind, name, array, index in views:
            out.add(f"{kind} *{name} = ({kind} *){array}[{index}];")
        out.add(f"const int64_t last = n[{self.groups - 1}];")
        outer = e.loops.of("outer")
        blocks = self.lanes or e.loops.plain
        threaded = e.variant.threads > 1 and (len(outer) > 0 or blocks)
        if threaded:
            out.add(f"#pragma omp parallel num_threads({e.variant.threads})")
            out.open("")
        size = " * ".join([*(f"n[{g}]" for g in self.reduced), *([str(self.width)] if self.lanes else [])])
        for term in e.order:
            if id(term) in e.kept:
                out.add(f"std::vector<float> room_{e.names[id(term)]}((size_t)({size}));")
                out.add(f"float *k_{e.names[id(term)]} = room_{e.names[id(term)]}.data();")
        if threaded:
            out.add(f"#pragma omp for collapse({len(outer) + blocks})")
        for g in outer:
            out.open(f"for (int64_t o{g} = 0; o{g} < n[{g}]; o{g}++)")
        if blocks:
            out.open(f"for (int64_t b = 0; b < last; b += {self.width if self.lanes else BLOCK})")
            count = self.width if self.lanes else BLOCK
            out.add(f"const int64_t wide = b + {count} < last ? {count} : last - b;")
        for v, (kind, name, _, _) in enumerate(views):
            offset = "".join(f" + o{g} * {self.stride(v, g)}" for g in outer)
            offset += f" + b * {self.stride(v, self.groups - 1)}" if blocks else ""
            out.add(f"{kind} *p{v} = {name}{offset};")
        self.scalars(0)
        for level in range(e.last + 1):
            self.one_pass(level)
            self.scalars(level + 1)
        for index, term in enumerate(e.program.outputs):
            if not e.full(term):
                self.store_scalar(index, term)
        out.close(len(outer) + blocks + 1 + threaded)
        return "\n".join(out.text) + "\n"

    def store_scalar(self, index, term):
        view = len(self.e.leaves) + index
        value = self.ref(term, self.inlined)
        if self.lanes:
            self.out.add(f"for (int64_t i = 0; i < wide; i++) {self.at(f'p{view}', view)} = {value};")
        else:
            self.out.add(f"p{view}[0] = {value};")

    def ref(self, term, inlined):
        e = self.e
        if term.op == "constant":
            return e.numbers.text(term.extra)
        if id(term) in inlined:
            return inlined[id(term)]
        name = e.names[id(term)]
        return f"{name}[i]" if self.lane[id(term)] and not e.full(term) else name

    def text(self, term, inlined, pointer):
        if term.op == "load":
            view = next(v for v, leaf in enumerate(self.e.leaves) if leaf is term)
            moves = self.lane[id(term)] or self.e.full(term)
            return self.at(f"{pointer}{view}", view) if moves else f"{pointer}{view}[0]"
        return expression(term, [self.ref(arg, inlined) for arg in term.args])

    def scalars(self, level):
        """What does not differ along what is reduced, once it can be known."""
        e, out = self.e, self.out
        for term in e.order:
            if e.level[id(term)] != level or e.full(term) or term.op in ("constant", *REDUCTIONS):
                continue
            text = self.text(term, self.inlined, "p")
            if is_logical(term) or term.op == "same":
                self.inlined[id(term)] = text
            elif self.lane[id(term)]:
                out.add(f"float {e.names[id(term)]}[{self.width}];")
                out.add(f"for (int64_t i = 0; i < wide; i++) {e.names[id(term)]}[i] = {text};")
            else:
                out.add(f"const float {e.names[id(term)]} = {text};")

    def one_pass(self, level):
        e, out = self.e, self.out
        ends, outputs = e.passes[level]
        sums = [term for term in ends if term.op in REDUCTIONS]
        scans = [term for term in ends if term.op == "scan"]
        terms = e.computed_in(level)
        if not (ends or outputs):
            return
        array, zero = (f"[{self.width}]", " = {}") if self.lanes else ("", " = 0.0")
        for term in sums:
            kind = "double" if term.op == "sum" else "float"
            name = e.names[id(term)]
            if term.op == "sum":
                out.add(f"{kind} total_{name}{array}{zero};")
            elif self.lanes:
                out.add(f"float total_{name}{array};")
                out.add(f"for (int64_t i = 0; i < wide; i++) total_{name}[i] = {START[term.op]};")
            else:
                out.add(f"float total_{name} = {START[term.op]};")
                if term.extra != "shift":
                    out.add(f"int nans_{name} = 0;")
        loops = [] if e.loops.plain else (self.reduced if self.lanes else self.reduced[:-1])
        chunked = bool(sums)
        for g in loops[:-1] if self.lanes and chunked else loops:
            out.open(f"for (int64_t r{g} = 0; r{g} < n[{g}]; r{g}++)")
        partial = [term for term in sums if term.op == "sum"]
        if chunked and self.lanes:
            g = loops[-1]
            out.open(f"for (int64_t a = 0; a < n[{g}]; a += {ROWS})")
            for term in partial:
                out.add(f"float part_{e.names[id(term)]}{array} = {{}};")
            out.open(f"for (int64_t r{g} = a; r{g} < a + {ROWS} && r{g} < n[{g}]; r{g}++)")
        self.pointers(level, terms, loops)
        if chunked and not self.lanes:
            out.open(f"for (int64_t a = 0; a < last; a += {CHUNK})")
            out.add(f"const int64_t end = a + {CHUNK} < last ? a + {CHUNK} : last;")
            for term in partial:
                out.add(f"float part_{e.names[id(term)]} = 0.0f;")
        self.loop(level, terms, sums, scans, outputs)
        if chunked:
            if self.lanes:
                out.close()
            for term in partial:
                name = e.names[id(term)]
                out.add(
                    f"for (int64_t i = 0; i < wide; i++) total_{name}[i] += part_{name}[i];"
                    if self.lanes
                    else f"total_{name} += part_{name};"
                )
            out.close()
        out.close(len(loops) - (1 if self.lanes and chunked else 0))
        self.finish(sums, scans, array)

    def pointers(self, level, terms, loops):
        for view, leaf in enumerate(self.e.leaves):
            if any(term is leaf for term in terms):
                offset = "".join(f" + r{g} * {self.stride(view, g)}" for g in loops)
                self.out.add(f"const {ctype(leaf)} *q{level}_{view} = p{view}{offset};")
        first = len(self.e.leaves)
        for index, term in enumerate(self.e.program.outputs):
            if self.e.full(term):
                offset = "".join(f" + r{g} * {self.stride(first + index, g)}" for g in loops)
                self.out.add(f"float *q{level}_{first + index} = p{first + index}{offset};")
        place = "0"
        for g in loops:
            place = f"({place} * n[{g}] + r{g})" if place != "0" else f"r{g}"
        self.out.add(f"const int64_t place{level} = {place} * {self.width if self.lanes else 'last'};")

    def loop(self, level, terms, sums, scans, outputs):
        e, out = self.e, self.out
        inlined = dict(self.inlined)
        clauses = ""
        if not self.lanes:
            for sign, kind in (("+", "sum"), ("max", "max"), ("min", "min")):
                prefix = "part" if kind == "sum" else "total"
                names = [f"{prefix}_{e.names[id(t)]}" for t in sums if t.op == kind]
                if kind == "sum":
                    names += [f"nans_{e.names[id(t)]}" for t in sums if t.op != "sum" and t.extra != "shift"]
                clauses += f" reduction({sign} : {', '.join(names)})" if names else ""
        out.add(f"#pragma omp simd{clauses}")
        start, end = "0", "wide" if self.lanes or e.loops.plain else "last"
        if sums and not self.lanes:
            start, end = "a", "end"
        out.open(f"for (int64_t i = {start}; i < {end}; i++)")
        for term in terms:
            name = e.names[id(term)]
            stored = term.op == "scan" or id(term) in e.kept and e.level[id(term)] < level
            text = f"k_{name}[place{level} + i]" if stored else self.text(term, inlined, f"q{level}_")
            if not stored and (is_logical(term) or term.op == "same"):
                inlined[id(term)] = text
                continue
            out.add(f"const float {name} = {text};")
            if id(term) in e.kept and not stored:
                out.add(f"k_{name}[place{level} + i] = {name};")
        for term in scans:
            out.add(f"k_{e.names[id(term)]}[place{level} + i] = {self.ref(term.args[0], inlined)};")
        for term in sums:
            name, value, slot = e.names[id(term)], self.ref(term.args[0], inlined), "[i]" if self.lanes else ""
            if term.op == "sum":
                out.add(f"part_{name}{slot} += {value};")
                continue
            sign = ">" if term.op == "max" else "<"
            nan = f" || {value} != {value}" if self.lanes and term.extra != "shift" else ""
            kept = f"total_{name}{slot}"
            hold = f" && {kept} == {kept}" if nan else ""
            out.add(f"{kept} = ({value} {sign} {kept}{nan}){hold} ? {value} : {kept};")
            if not self.lanes and term.extra != "shift":
                out.add(f"nans_{name} += {value} != {value};")
        for term in outputs:
            view = len(e.leaves) + next(v for v, each in enumerate(e.program.outputs) if each is term)
            out.add(f"{self.at(f'q{level}_{view}', view)} = {self.ref(term, inlined)};")
        out.close()

    def finish(self, sums, scans, array):
        e, out = self.e, self.out
        for term in sums:
            name = e.names[id(term)]
            if self.lanes:
                out.add(f"float {name}{array};")
                out.add(f"for (int64_t i = 0; i < wide; i++) {name}[i] = (float)total_{name}[i];")
            elif term.op == "sum" or term.extra == "shift":
                out.add(f"const float {name} = (float)total_{name};")
            else:
                out.add(f"const float {name} = nans_{name} ? NAN : total_{name};")
        for term in scans:
            name = f"k_{e.names[id(term)]}"
            if not self.lanes:
                out.add(f"cumulate({name}, last);")
                continue
            rows = f"n[{self.reduced[0]}]"
            out.open(f"for (int64_t i = {self.width}; i < {rows} * {self.width}; i++)")
            out.add(f"{name}[i] += {name}[i - {self.width}];")
            out.close()


def body(emitter):
    return Nest(emitter).function()
