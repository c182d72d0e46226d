"""Sizes and places in memory, as C++."""

from tracing import Varying, expression_for


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
