"""Generates an answer for problem.py in the work directory, and leaves the best as model_new.py and kernel.cpp.

Its arguments are the threads that may be used, and seconds of wall time after which nothing more is tried.

Prints one line of JSON: `recognised`, the directories of the best, the fastest first, and what was tried; or why nothing is
handed in.
"""

import itertools
import json
import os
import shutil
import sys
import time

import torch

import answer
from emit import Emitter, Variant
from measure import Contest, first_wrong, load, speedup
from recognise import Program
from stages import RUNTIME as stages_runtime
from stages import Stages
from tracing import NotRecognised, traced

PLAIN = ("-fno-math-errno", "-fno-trapping-math")
WIDE = (*PLAIN, "-mprefer-vector-width=512")
# How many of the fastest are told of, for somebody who measures better, and how near to the fastest they are.
BEST, NEAR = 3, 0.85
UNROLLED = (*PLAIN, "-funroll-loops")


class Nested:
    """One loop nest for all of the problem, one pass over memory for each step of its reductions."""

    def __init__(self, trace):
        self.trace, self.program = trace, Program(trace)

    def forms(self):
        emitter = Emitter(self.program, Variant("", 64, PLAIN))
        widths = (32, 128, 512) if emitter.loops.lanes else (64,)
        keeps = ("", "heavy", "all") if emitter.last > 0 else ("",)
        return list(itertools.product(keeps, widths))

    def generate(self, form, threads):
        keep, width = form
        emitter = Emitter(self.program, Variant(keep, width, PLAIN, threads))
        kernel = emitter.source()
        return kernel, answer.forward(self.trace, emitter.description(), self.program.split), answer.RUNTIME

    def words(self, form):
        keep, width = form
        return f"{f'{keep} values' if keep else 'nothing'} kept, {width} columns"


class Staged:
    """Step by step, for a block of rows at a time."""

    def __init__(self, trace):
        self.trace = trace
        self.panels = "panels" in Stages(trace, 1, True).used

    def forms(self):
        # A row of a matrix is little, a row of a batch of them is much.
        rows = (1, 16, 64) if len(self.trace.outputs[0].shape) > 2 else (32, 8, 128, 1)
        return list(itertools.product(rows, (True, False) if self.panels else (False,)))

    def generate(self, form, threads):
        stages = Stages(self.trace, *form, threads)
        kernel = stages.source()
        return kernel, stages.forward(), stages_runtime

    def words(self, form):
        return f"{form[0]} rows at a time{', matrices in panels' if form[1] else ''}"


def kind_for(trace):
    """The way to generate an answer; raises NotRecognised where there is none."""
    try:
        return Nested(trace)
    except NotRecognised as first:
        try:
            return Staged(trace)
        except NotRecognised as second:
            raise NotRecognised(str(first) if str(first) == str(second) else f"{first}; {second}") from None


class Tuner:
    def __init__(self, source, threads, deadline):
        self.source, self.threads, self.deadline = source, threads, deadline
        self.trace = traced(source)
        self.kind = kind_for(self.trace)
        self.shapes = [None, *self.trace.tried]
        self.tried = []

    def attempt(self, form, flags):
        """Writes one variant, checks it and times it: its speedup, or None with the reason among what was tried."""
        kernel, forward, runtime = self.kind.generate(form, self.threads)
        same = next((each for each in self.tried if each["kernel"] == kernel and each["flags"] == flags), None)
        if same:
            return same["speedup"]
        directory = os.path.join(".baseline", f"variant-{len(self.tried)}")
        os.makedirs(directory, exist_ok=True)
        text = answer.model_new(self.source, forward, runtime, flags)
        for name, content in (("kernel.cpp", kernel), ("model_new.py", text)):
            with open(os.path.join(directory, name), "w") as file:
                file.write(content)
        words = f"{self.kind.words(form)}, {flags[-1]}"
        entry = {"directory": directory, "kernel": kernel, "flags": flags, "form": words, "speedup": None, "why": None}
        self.tried.append(entry)
        try:
            new = load(directory)
            entry["why"] = first_wrong(self.source, new, [None], ["as given", "signed"])
            if entry["why"] is None:
                entry["speedup"] = speedup(Contest(self.source, new, self.threads), 5)
        except Exception as error:
            entry["why"] = f"{type(error).__name__}: {str(error)[:300]}"
        return entry["speedup"]

    def run(self):
        """Tries forms, then flags with the best: what is right, the fastest first."""
        rated = []
        for form in self.kind.forms():
            if not rated or time.monotonic() < self.deadline:
                rated.append((self.attempt(form, WIDE) or 0.0, form))
        _, form = max(rated, key=lambda each: each[0])
        for flags in (PLAIN, UNROLLED):
            if time.monotonic() < self.deadline:
                self.attempt(form, flags)
        right = []
        for each in sorted((each for each in self.tried if each["speedup"]), key=lambda each: -each["speedup"]):
            if right and each["speedup"] < NEAR * right[0]["speedup"]:
                break
            each["why"] = first_wrong(self.source, load(each["directory"]), self.shapes)
            if each["why"] is None:
                right.append(each)
            if len(right) == BEST:
                break
        if not right:
            whys = "; ".join(str(each["why"]) for each in self.tried)
            raise NotRecognised(f"what was generated is not right: {whys}")
        return right


def main():
    threads, seconds = (int(each) for each in sys.argv[1:3])
    torch.set_num_threads(threads)
    with open("problem.py") as file:
        source = file.read()
    try:
        tuner = Tuner(source, threads, time.monotonic() + seconds)
        best = tuner.run()
    except NotRecognised as reason:
        print(json.dumps({"recognised": False, "why": str(reason)}))
        return
    for name in ("kernel.cpp", "model_new.py"):
        shutil.copy(os.path.join(best[0]["directory"], name), name)
    shown = [{name: each[name] for name in ("directory", "form", "speedup", "why")} for each in tuner.tried]
    print(json.dumps({"recognised": True, "best": [each["directory"] for each in best], "tried": shown}))


if __name__ == "__main__":
    main()
