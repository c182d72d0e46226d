"""Makes a problem small enough: the largest of its constants is halved, again and again, while the problem still runs."""

import re

from constants import numbers_of, with_numbers
from analyse_cost import cost_of

# They say how an operator works, not how much it has to do.
KEPT = re.compile(r"kernel|stride|pad|dilat|groups?$|heads?$|layers?(?:_\d+)?$|depths?_\d+$|window|patch|ratio|_dim$|^dim$", re.I)
# What has as many channels before as after stays so: such a problem may be about that.
CHANNELS = re.compile(r"channels|features")
BATCH = re.compile(r"batch|^[bnB]$")
# Below this a dimension says nothing about a kernel; batches may go to one.
LEAST = 8
# With more operators than this it is a network: the sizes of one input are part of its design, and the batch is not.
NETWORK = 20
# What is normalised or reduced together stays at least so many elements: the norm of one element is a constant.
TOGETHER = 8
# A reduction that gains less is kept for the end.
GAIN = 0.95


class TooLarge(Exception):
    """No constants that are small enough have been found."""


def size_of(cost):
    return cost["inputs"] + cost["weights"] + cost["outputs"]


def excess(cost, budget):
    """How many times over the budget; at most 1 fits."""
    return max(cost["flops"] / budget["flops"], size_of(cost) / budget["bytes"])


def in_words(cost, budget):
    parts = []
    if cost["flops"] > budget["flops"]:
        parts.append(f"{cost['flops'] / 1e9:.1f} GFLOP is more than {budget['flops'] / 1e9:.1f} GFLOP")
    if size_of(cost) > budget["bytes"]:
        parts.append(f"{size_of(cost) / 1e6:.1f} MB is more than {budget['bytes'] / 1e6:.1f} MB")
    return " and ".join(parts)


def halved(value):
    """What is odd stays odd, so that an irregular shape stays one."""
    half = value // 2
    return half | 1 if value % 2 and half > 1 else half


def may_shrink(number):
    """Whether a number is a size. A large one is, whatever it is called: some problems have `dim = 16384`."""
    return number.value >= 256 or not any(KEPT.search(name) for name in number.names)


def degenerate(now, published):
    """Whether some operator has so few elements left to bring together that it computes something else."""
    if len(now) != len(published):
        now, published = [min(now, default=0)], [min(published, default=0)]
    return any(a < min(TOGETHER, b) for a, b in zip(now, published))


class Search:
    """Goes from the published constants to smaller ones. Deterministic: it looks at costs and values only."""

    def __init__(self, source, cost, budget):
        self.source = source
        self.budget = budget
        self.numbers = [each for each in numbers_of(source) if may_shrink(each)]
        self.values = [each.value for each in self.numbers]
        self.cost = cost
        self.together = cost["together"]
        self.tried = 0

    def least(self, index):
        return 1 if any(BATCH.search(name) for name in self.numbers[index].names) else LEAST

    def shrinkable(self, index):
        value = self.values[index]
        return halved(value) < value and halved(value) >= self.least(index)

    def attempt(self, values):
        """The cost with these values, or None where the problem does not run."""
        self.tried += 1
        try:
            cost = cost_of(self.text(values))
        except MemoryError:
            raise
        except Exception:
            return None
        return None if degenerate(cost["together"], self.together) else cost

    def text(self, values):
        return with_numbers(self.source, self.constants(values))

    def constants(self, values):
        return {name: v for each, v in zip(self.numbers, values) if v != each.value for name in each.names}

    def candidates(self, index):
        """The number alone, then with all that have the same value: layers that follow one another have to agree."""
        value = self.values[index]
        alone = [halved(v) if i == index else v for i, v in enumerate(self.values)]
        same = [halved(v) if v == value and self.shrinkable(i) else v for i, v in enumerate(self.values)]
        if self.is_channels(index):
            alike = [halved(v) if v == value and self.is_channels(i) else v for i, v in enumerate(self.values)]
            return [alike, alone, same]
        return [alone, same]

    def is_channels(self, index):
        return all(CHANNELS.search(name) for name in self.numbers[index].names)

    def rank(self, index):
        """The largest is made smaller first; of a network, the batch."""
        network = sum(each["calls"] for each in self.cost["operators"]) > NETWORK
        return (0 if network and self.least(index) == 1 else 1, -self.values[index], index)

    def step(self, threshold):
        """Makes the largest number smaller that gains something; False where none does."""
        order = sorted((i for i in range(len(self.values)) if self.shrinkable(i)), key=self.rank)
        before = excess(self.cost, self.budget)
        for index in order:
            for values in self.candidates(index):
                if (index, tuple(values)) in self.refused:
                    continue
                cost = self.attempt(values)
                if cost is not None and excess(cost, self.budget) <= threshold * before:
                    self.values, self.cost = values, cost
                    return True
                if cost is None:
                    self.refused.add((index, tuple(values)))
        return False

    def run(self):
        self.refused = set()
        while excess(self.cost, self.budget) > 1:
            if not self.step(GAIN) and not self.step(0.999):
                raise TooLarge(self.why())
        return self

    def why(self):
        names = {name: v for each, v in zip(self.numbers, self.values) for name in each.names if v != each.value}
        told = ", ".join(f"{name} = {value}" for name, value in names.items())
        at = f"with {told}, the smallest constants that still run" if names else "none of its named constants makes it smaller"
        return f"{in_words(self.cost, self.budget)} ({at})"


def smaller(source, budget):
    """The problem with constants that fit the budget, or the smallest that were found. Raises what the problem raises."""
    search = Search(source, cost_of(source), budget)
    try:
        search.run()
    except TooLarge:
        pass
    return search.text(search.values)


def scale(source, cost, budget):
    """Constants with which the problem fits the budget. Raises TooLarge."""
    search = Search(source, cost, budget).run()
    changed = search.constants(search.values)
    published = {name: each.value for each in search.numbers for name in each.names if name in changed}
    return {"published": published, "run": changed, "cost": search.cost, "source": search.text(search.values), "tried": search.tried}
