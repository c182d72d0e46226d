"""Loops that fill a buffer with a term, as C++."""

from sizes import Place, plus, times
from terms import REDUCTIONS
from tracing import NotRecognised
from values import Values, is_integer


class Filling(Values):
    """Expects what `Values` does, and the `places`, `rooms` and sections of a program."""

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
