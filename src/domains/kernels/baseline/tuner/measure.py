"""Whether a generated answer is right, and how its processor time compares with the problem's own."""

import copy
import importlib.util
import os
import statistics
import time

import torch

from tracing import run_source


def listed(outputs):
    return list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]


def load(directory):
    """ModelNew of an answer's directory."""
    here = os.getcwd()
    os.chdir(directory)
    try:
        spec = importlib.util.spec_from_file_location("model_new", "model_new.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.ModelNew
    finally:
        os.chdir(here)


class Pair:
    """The problem's model with weights drawn anew, and an answer with the same."""

    def __init__(self, source, constants, new, seed):
        torch.manual_seed(seed)
        problem = run_source(source, constants)
        arguments = problem["get_init_inputs"]()
        self.inputs = problem["get_inputs"]()
        self.model = problem["Model"](*arguments).eval()
        with torch.no_grad():
            for tensor in self.model.state_dict().values():
                if tensor.is_floating_point():
                    tensor.add_(torch.rand_like(tensor), alpha=0.2)
        self.new = new(*arguments).eval()
        self.new.load_state_dict(self.model.state_dict(), strict=True)

    def wrong(self, change):
        """What is further from exact results than 16 times eager's own error allows, in words; None where nothing is."""
        inputs = [change(each) if each.is_floating_point() else each for each in self.inputs]
        exact = copy.deepcopy(self.model).double()
        with torch.no_grad():
            expected = listed(exact(*[each.double() if each.is_floating_point() else each for each in inputs]))
            eager, got = listed(self.model(*inputs)), listed(self.new(*inputs))
        for right, own, ours in zip(expected, eager, got):
            if own.shape != ours.shape or own.dtype != ours.dtype:
                return f"gives {tuple(ours.shape)}, not {tuple(own.shape)}"
            if not torch.isfinite(own).all():
                continue
            allowed = 16 * (own - right).abs().max() + 1e-5 * (right.abs() + right.square().mean().sqrt())
            off = int((~((ours - right).abs() <= allowed)).sum()) if own.numel() else 0
            if off:
                return f"{off} of {own.numel()} numbers are wrong"
        return None


CHANGES = {
    "as given": lambda x: x,
    "signed": lambda x: x * torch.sign(torch.randn_like(x)),
    "large": lambda x: 1e3 * x,
    "zero": torch.zeros_like,
    "denormal": lambda x: 1e-40 * x,
}


def first_wrong(source, new, shapes, names=tuple(CHANGES)):
    """What is wrong with an answer, in words; None where nothing was found."""
    for constants in shapes:
        pair = Pair(source, constants, new, 11)
        for name in names:
            why = pair.wrong(CHANGES[name])
            if why is not None:
                return f"{why} ({name}{f', {constants}' if constants else ''})"
    return None


class Contest:
    """The problem's model and an answer, called in turns, with inputs that were drawn anew for each call."""

    # Of inputs, drawn before time is taken: more than a cache holds, where the problem's are that large.
    BYTES = 48 * 2**20

    def __init__(self, source, new, threads):
        # Where processor time is limited, that of a process is only known tick by tick; a thread's is known at once.
        self.clock = time.thread_time if threads == 1 else time.perf_counter
        torch.manual_seed(5)
        self.problem = run_source(source, None)
        pair = Pair(source, None, new, 5)
        self.sides = (pair.model, pair.new)
        size = sum(each.numel() * each.element_size() for each in pair.inputs)
        self.count = max(4, min(64, self.BYTES // max(1, size)))
        self.sets = [self.problem["get_inputs"]() for _ in range(self.count)]
        self.slots = [[torch.empty_like(each) for each in pair.inputs] for _ in self.sides]

    def call(self, side, values):
        """The time of one call, in seconds, on values that were copied just before, as the judge does it."""
        for slot, each in zip(self.slots[side], values):
            slot.copy_(each)
        start = self.clock()
        with torch.no_grad():
            self.sides[side](*self.slots[side])
        return self.clock() - start


def speedup(contest, rounds, seconds=1.5):
    """The median ratio of eager's time to the answer's: sums over all sets of inputs, the sides in turns call by call."""
    ratios, until = [], time.monotonic() + seconds
    for values in contest.sets[:2]:
        for side in (0, 1):
            contest.call(side, values)
    while len(ratios) < 3 or (len(ratios) < rounds and time.monotonic() < until):
        totals = [0.0, 0.0]
        for turn, values in enumerate(contest.sets):
            for side in (0, 1) if turn % 2 else (1, 0):
                totals[side] += contest.call(side, values)
        ratios.append(totals[0] / max(totals[1], 1e-7))
    return statistics.median(ratios)
