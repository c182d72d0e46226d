"""Whether a generated answer is right, and how its processor time compares with the problem's own."""

import copy
import importlib.util
import os
import statistics
import time

import torch

from trace import run_source


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


def batch(function, inputs, count):
    start = time.process_time()
    with torch.no_grad():
        for _ in range(count):
            function(*inputs)
    return time.process_time() - start


def speedup(pair, rounds):
    """The median ratio of eager's time to the answer's, batches in turns."""
    batch(pair.new, pair.inputs, 1)
    once = max(batch(pair.model, pair.inputs, 1), 1e-5)
    count = max(1, round(0.02 / once))
    ratios = []
    for turn in range(rounds):
        order = (pair.model, pair.new) if turn % 2 else (pair.new, pair.model)
        times = {id(each): batch(each, pair.inputs, count) for each in order}
        ratios.append(times[id(pair.model)] / max(times[id(pair.new)], 1e-7))
    return statistics.median(ratios)
