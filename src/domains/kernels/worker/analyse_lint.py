"""What is odd about a problem: an answer that does less than it would be taken for the whole.

Everything is found by running the model: with inputs and weights as the problem draws them (`given`), with weights drawn anew
(`redrawn`), and then with inputs of both signs (`signed`) and with large ones (`large`), as the judge does.
"""

import copy
import time

import torch

import regimes
from analyse_cost import load
from analyse_trace import LeaveOut, Trace, close, is_constant, place_of
from compare import is_float
from reference import Reference
from values import leaves_of, mapped

# In a loop over time steps no single operator matters.
MANY = 500
# Of so many operators one that changes little is no news.
FEW = 20


class Scene:
    """The model with one kind of values: what it gives, and how."""

    def __init__(self, name, model, inputs, others):
        self.name = name
        self.model = model
        self.inputs = inputs
        self.trace = Trace()
        self.places = None
        self.outputs = self.run(self.trace)
        self.others = self.run(inputs=others)
        expected = Reference(model).expect(inputs)
        self.errors = expected.errors
        self.usable = expected.finite and expected.near

    def is_close(self, index, other, tolerance="tight"):
        return close(other, self.outputs[index], tolerance, self.errors[index])

    def run(self, mode=None, inputs=None, seed=0):
        taken = mapped(inputs if inputs is not None else self.inputs, torch.clone)
        if mode is self.trace:
            self.places = [place_of(t) for t in leaves_of(taken)]
        torch.manual_seed(seed)
        if mode is None:
            return leaves_of(self.model(*taken))
        with mode:
            return leaves_of(self.model(*taken))


def scenes_of(source):
    """The scenes, as far as the model runs in them and stays finite."""
    module = load(source)
    regimes.seed_all(1)
    model = module.Model(*list(module.get_init_inputs())).eval()
    inputs, others = list(module.get_inputs()), list(module.get_inputs())
    scenes = [Scene("given", model, inputs, others)]
    try:
        redrawn = copy.deepcopy(model)
        regimes.redraw_weights(redrawn, list(module.get_inputs()), 2)
        scenes.append(Scene("redrawn", redrawn, inputs, others))
        for name in ("signed", "large"):
            scenes.append(Scene(name, redrawn, regimes.turned(inputs, name), regimes.turned(others, name)))
    except Exception:
        # Some problems refuse such values.
        pass
    return [each for each in scenes if each is scenes[0] or each.usable or zero(each)]


def zero(scene):
    """An output that is rounding alone is a finding, and not a reason to look away."""
    return scene.name == "redrawn" and all(float(o.abs().max()) < 1e-6 for o in scene.outputs if is_float(o) and o.numel())


class Findings:
    def __init__(self, scenes):
        self.scenes = scenes
        self.found = []

    def add(self, kind, message, holds, tolerance="tight"):
        names = [each if isinstance(each, str) else each.name for each in holds]
        self.found.append({"kind": kind, "tolerance": tolerance, "holds": names, "message": message})

    def where(self, test):
        """The scenes in which it is so; none where it is so with large or signed inputs only: that is saturation."""
        holds = [scene for scene in self.scenes if test(scene)]
        return holds if any(scene.name in ("given", "redrawn") for scene in holds) else []


def findings_of(source, seconds):
    until = time.monotonic() + seconds
    with torch.no_grad():
        scenes = scenes_of(source)
        findings = Findings(scenes)
        given = scenes[0]
        _usage(findings, given)
        again = given.run(seed=1)
        if given.trace.random or not all(same(a, b) for a, b in zip(again, given.outputs)):
            names = ", ".join(sorted(given.trace.random)) or "two calls with the same values differ"
            findings.add("random-forward", f"forward draws random numbers ({names})", findings.scenes)
            return {"findings": findings.found, "unexamined": 0}
        _outputs(findings)
        _shortcuts(findings)
        unexamined = _left_out(findings, until)
        _weights(findings, until)
    return {"findings": findings.found, "unexamined": unexamined}


def same(a, b):
    return a.shape == b.shape and bool(((a == b) | ((a != a) & (b != b))).all())


def label(outputs, index):
    return "the output" if len(outputs) == 1 else f"output {index + 1} of {len(outputs)}"


def _usage(findings, given):
    live, needed = given.trace.alive(given.outputs)
    dead = [step.name for step in given.trace.steps if step.index not in live]
    if dead:
        names = ", ".join(sorted(set(dead)))
        findings.add("dead-code", f"{len(dead)} of {len(given.trace.steps)} operators never reach the output: {names}", findings.scenes)
    for index, place in enumerate(given.places):
        if place not in needed:
            findings.add("unused-input", f"input {index + 1} is never used", findings.scenes)
    state = {**dict(given.model.named_parameters()), **dict(given.model.named_buffers())}
    names = [n for n, t in state.items() if t.numel() and place_of(t) not in needed and not n.endswith("num_batches_tracked")]
    if names:
        findings.add("unused-weight", f"never used: {listed(names)}", findings.scenes)


def listed(names, most=6):
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _outputs(findings):
    """What the outputs themselves give away."""
    given = findings.scenes[0]
    for i, output in enumerate(given.outputs):
        name = label(given.outputs, i)
        if not is_float(output) or output.numel() == 0:
            continue
        zero = findings.where(lambda s: s.is_close(i, torch.zeros_like(s.outputs[i])))
        if zero:
            findings.add("zero-output", f"{name} is zero", zero)
        elif close(torch.zeros_like(output), output, "loose"):
            largest = float(output.abs().max())
            findings.add("zero-output", f"{name} is at most {largest:.2g}: zeros pass a check to 1e-2", ["given"], "loose")
        constant = findings.where(lambda s: is_constant(s.outputs[i], s.errors[i]))
        if constant:
            findings.add("constant-output", f"all elements of {name} are {float(output.reshape(-1)[0]):.6g}", constant)
        still = findings.where(lambda s: s.is_close(i, s.others[i]))
        if still:
            findings.add("input-independent", f"{name} is the same for other inputs", still)
        elif close(given.others[i], output, "loose") and not close(torch.zeros_like(output), output, "loose"):
            findings.add("input-independent", f"{name} is nearly the same for other inputs of the same distribution", ["given"], "loose")
        for k, each in enumerate(leaves_of(given.inputs)):
            if each.shape == output.shape and each.dtype == output.dtype:
                holds = findings.where(lambda s: s.is_close(i, leaves_of(s.inputs)[k]))
                if holds and holds[0] is given:
                    findings.add("equals-input", f"{name} is input {k + 1}", holds)
        if not constant:
            for dim in range(output.dim()):
                mean = lambda s: s.outputs[i].double().mean(dim, keepdim=True).expand(output.shape)  # noqa: E731
                holds = findings.where(lambda s: close(s.outputs[i], mean(s))) if output.shape[dim] > 1 else []
                if holds and holds[0] is given:
                    findings.add("uniform-output", f"{name} is the same all along dimension {dim} of {list(output.shape)}", holds)


def _shortcuts(findings):
    """The output is there long before the end."""
    given = findings.scenes[0]
    if len(given.outputs) != 1:
        return
    output = given.outputs[0]
    live, _ = given.trace.alive(given.outputs)
    steps = [step for step in given.trace.steps if step.index in live]
    for at, step in enumerate(steps[:-2]):
        value = step.kept()
        if value is None or value.numel() != output.numel() or is_constant(value) or not close(value, output):
            continue
        rest = [each.name for each in steps[at + 1 :]]
        holds = [s for s in alike(findings.scenes) if s is given or equals(s.trace.steps[step.index].kept(), s.outputs[0])]
        findings.add("equals-step", f"the output is that of {told(step, given)}; {len(rest)} operators follow: {listed(rest)}", holds)
        return


def equals(value, output):
    return value is not None and close(value, output)


def alike(scenes):
    """The scenes in which the model calls the same operators as in the first."""
    names = [t.name for t in scenes[0].trace.steps]
    return [s for s in scenes if [t.name for t in s.trace.steps] == names]


def told(step, scene):
    return f"operator {step.index + 1} of {len(scene.trace.steps)} ({step.name})"


def _left_out(findings, until):
    """Whether the output is the same without one of the operators. Returns how many were not left out for lack of time."""
    given = findings.scenes[0]
    scenes = alike(findings.scenes)
    live, _ = given.trace.alive(given.outputs)
    if len(live) > MANY:
        return len(live)
    flat = any(f["kind"] in ("zero-output", "constant-output", "input-independent") for f in findings.found)
    unexamined = 0
    found = []
    for step in reversed(given.trace.steps):
        if step.index not in live:
            continue
        others = [s.trace.steps[step.index] for s in scenes]
        if step.same is not None:
            holds = [s for s, each in zip(scenes, others) if each.same is not None]
            found.append((step, holds, "tight"))
            continue
        if any(each.saturated for each in others):
            holds = [s for s, each in zip(scenes, others) if each.saturated]
            findings.add("saturated", f"{told(step, given)} gives one number, {float(others[0].value.reshape(-1)[0]):.6g}, for all elements", holds)
        if step.choices == 0 or len(given.outputs) == 0:
            continue
        if time.monotonic() > until:
            unexamined += 1
            continue
        for choice in range(step.choices):
            less = given.run(LeaveOut(step.index, choice))
            if all(close(a, b) for a, b in zip(less, given.outputs)):
                if flat:
                    break
                holds = [s for s in scenes if all(close(a, b) for a, b in zip(s.run(LeaveOut(step.index, choice)), s.outputs))]
                found.append((step, holds, "tight"))
                break
            if not flat and len(live) <= FEW and all(close(a, b, "loose") for a, b in zip(less, given.outputs)):
                found.append((step, [given], "loose"))
                break
    _tell_left_out(findings, found)
    return unexamined


def _tell_left_out(findings, found):
    """Those that are alike together: a network has dozens."""
    groups = {}
    for step, holds, tolerance in sorted(found, key=lambda each: each[0].index):
        groups.setdefault((step.name, tolerance, tuple(scene.name for scene in holds)), []).append(step)
    for (_, tolerance, names), steps in groups.items():
        _tell_group(findings, steps, list(names), tolerance)


def _tell_group(findings, steps, names, tolerance):
    there = [scene.name for scene in findings.scenes]
    # The judge's weights do not show it, and its inputs do.
    hidden = "redrawn" in names or "redrawn" not in there
    seen = any(name in there and name not in names for name in ("signed", "large"))
    kind = "shortcut" if tolerance == "tight" and hidden and seen else "no-effect"
    note = " to 1e-2" if tolerance == "loose" else ""
    more = f", or any one of {len(steps) - 1} more of these," if len(steps) > 1 else ""
    findings.add(kind, f"without {told(steps[0], findings.scenes[0])}{more} the output is the same{note}", names, tolerance)


def _weights(findings, until):
    """Parameters that can be anything."""
    scene = findings.scenes[min(1, len(findings.scenes) - 1)]
    flat = any(f["kind"] in ("constant-output", "input-independent") and f["tolerance"] == "tight" for f in findings.found)
    told_already = " ".join(f["message"] for f in findings.found if f["kind"] == "unused-weight")
    names = []
    for name, weight in scene.model.named_parameters():
        if flat or time.monotonic() > until or not weight.is_floating_point() or name in told_already:
            continue
        kept = weight.detach().clone()
        weight.copy_(kept * 0.5 + torch.rand_like(kept) * (float(kept.abs().mean()) + 0.1))
        if all(close(a, b) for a, b in zip(scene.run(), scene.outputs)):
            names.append(name)
        weight.copy_(kept)
    if names:
        findings.add("unused-weight", f"other values change nothing: {listed(names)}", [scene.name])
