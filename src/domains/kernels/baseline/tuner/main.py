"""Generates an answer for problem.py in the work directory, and leaves the best as model_new.py and kernel.cpp.

Its arguments are the threads that may be used, and seconds of wall time after which nothing more is tried.

Prints one line of JSON: `recognised`, and what was tried, or why nothing is handed in.
"""

import itertools
import json
import os
import shutil
import sys
import time

import torch

from answer import model_new
from emit import Emitter, Variant
from measure import Pair, first_wrong, load, speedup
from recognise import Program
from trace import NotRecognised, traced

PLAIN = ("-fno-math-errno", "-fno-trapping-math")
WIDE = (*PLAIN, "-mprefer-vector-width=512")
UNROLLED = (*PLAIN, "-funroll-loops")


class Tuner:
    def __init__(self, source, threads, deadline):
        self.source, self.threads, self.deadline = source, threads, deadline
        self.trace = traced(source)
        self.program = Program(self.trace)
        self.shapes = [None, *self.trace.tried]
        self.tried = []

    def kinds(self):
        """The forms that the program may take, before flags."""
        emitter = Emitter(self.program, Variant("", 64, PLAIN))
        widths = (32, 128, 512) if emitter.loops.lanes else (64,)
        keeps = ("", "heavy", "all") if emitter.last > 0 else ("",)
        return list(itertools.product(keeps, widths))

    def attempt(self, keep, width, flags):
        """Writes one variant, checks it and times it: its speedup, or None with the reason among what was tried."""
        emitter = Emitter(self.program, Variant(keep, width, flags, self.threads))
        kernel = emitter.source()
        text = model_new(self.source, self.trace, emitter.description(), self.program.split, flags)
        directory = os.path.join(".baseline", f"variant-{len(self.tried)}")
        same = next((each for each in self.tried if each["kernel"] == kernel and each["flags"] == flags), None)
        if same:
            return same["speedup"]
        os.makedirs(directory, exist_ok=True)
        for name, content in (("kernel.cpp", kernel), ("model_new.py", text)):
            with open(os.path.join(directory, name), "w") as file:
                file.write(content)
        entry = {"directory": directory, "kernel": kernel, "flags": flags, "keep": keep, "width": width}
        self.tried.append({**entry, "speedup": None, "why": None})
        try:
            new = load(directory)
            why = first_wrong(self.source, new, [None], ["as given", "signed"])
        except Exception as error:
            why = f"{type(error).__name__}: {str(error)[:300]}"
        if why is None:
            self.tried[-1]["speedup"] = speedup(Pair(self.source, None, new, 5), 5)
        self.tried[-1]["why"] = why
        return self.tried[-1]["speedup"]

    def run(self):
        rated = []
        for keep, width in self.kinds():
            if not rated or time.monotonic() < self.deadline:
                rated.append((self.attempt(keep, width, WIDE) or 0.0, keep, width))
        _, keep, width = max(rated, key=lambda each: each[0])
        for flags in (PLAIN, UNROLLED):
            if time.monotonic() < self.deadline:
                self.attempt(keep, width, flags)
        right = [each for each in self.tried if each["speedup"] is not None]
        for best in sorted(right, key=lambda each: -each["speedup"]):
            best["why"] = first_wrong(self.source, load(best["directory"]), self.shapes)
            if best["why"] is None:
                return best
        raise NotRecognised(f"what was generated is not right: {self.tried[0]['why']}")


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
        shutil.copy(os.path.join(best["directory"], name), name)
    shown = [{name: each[name] for name in ("keep", "width", "flags", "speedup", "why")} for each in tuner.tried]
    print(json.dumps({"recognised": True, "speedup": best["speedup"], "tried": shown}))


if __name__ == "__main__":
    main()
