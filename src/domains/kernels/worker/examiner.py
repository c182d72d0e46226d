"""Knows what is right: draws inputs and weights, computes what should come out, compares. Nothing of a candidate runs here.

The judge copies values between this process and the ones that it measures, by the addresses that are told here.
"""

import copy
import hashlib
import os
import types

import channel

torch = channel.prepare(int(os.environ.get("TOUCHSTONE_THREADS", "1")))

import compare  # noqa: E402
import constants as problem_constants  # noqa: E402
import regimes  # noqa: E402
import values  # noqa: E402

# Further from the reference than this, relative to its size, eager is no measure of anything.
FAR = 0.05

state = types.SimpleNamespace()


def problem(source, constants, seed):
    """Builds the problem's model with new weights, and tells what it takes and gives."""
    state.__dict__.clear()
    namespace = types.ModuleType("problem")
    text = problem_constants.with_constants(source, constants) if constants else source
    exec(compile(text, "problem.py", "exec"), namespace.__dict__)
    state.namespace = namespace
    init = list(namespace.get_init_inputs())
    torch.manual_seed(0)
    state.model = namespace.Model(*init).eval()
    regimes.redraw_weights(state.model, seed)
    state.exact = None
    weights = {name: tensor.contiguous() for name, tensor in state.model.state_dict().items()}
    state.weights = weights
    inputs = drawn("given", seed)
    before = [tensor.clone() for tensor in values.leaves_of(inputs)]
    output = state.model(*inputs)
    state.mutates = [not torch.equal(a, b) for a, b in zip(before, values.leaves_of(inputs))]
    state.tree = values.described(inputs)
    state.layouts = [values.layout_of(dense(tensor)) for tensor in values.leaves_of(inputs)]
    outputs = values.leaves_of(output)
    return {
        "init": values.described(init),
        "weights": [{"name": name, **values.layout_of(each), "address": each.data_ptr()} for name, each in weights.items()],
        "tree": state.tree,
        "inputs": state.layouts,
        "mutates": state.mutates,
        "form": values.form_of(output),
        "outputs": [values.layout_of(dense(tensor)) for tensor in outputs],
    }


def dense(tensor):
    """The tensor without gaps or overlaps, in the order of its strides where it can be kept."""
    return tensor.detach().clone(memory_format=torch.preserve_format)


def drawn(regime, seed):
    """A set of inputs. Raises what the problem raises."""
    regimes.seed_all(seed)
    inputs = list(state.namespace.get_inputs())
    if regime == "given":
        return inputs
    change = regimes.REGIMES[regime]
    leaves = [change(t) if t.is_floating_point() else t for t in values.leaves_of(inputs)]
    return values.rebuilt(values.described(inputs), leaves)


def allot(count):
    """Allocates `count` sets of inputs and tells where they lie."""
    state.slots = [[values.allocated(layout) for layout in state.layouts] for _ in range(count)]
    return {"addresses": [[tensor.data_ptr() for tensor in tensors] for tensors in state.slots]}


def seed_of(seed, call):
    """A generator's seed of 64 bits for one call: who finds it from the values does not know those of other calls."""
    return int(hashlib.sha256(f"{seed}/{call}".encode()).hexdigest()[:16], 16)


def draw(regime, seed, count):
    """Draws new values for the first `count` sets of inputs."""
    for each, tensors in enumerate(state.slots[:count]):
        for target, source in zip(tensors, values.leaves_of(drawn(regime, seed_of(seed, each)))):
            target.copy_(source)
    return {}


def expect(denormal):
    """Computes what the first set of inputs should give, and whether eager itself is good enough to ask for it.

    With `denormal`, what eager gives when small numbers are flushed to zero counts as its error too.
    """
    state.expected = None
    tensors = state.slots[0]
    try:
        eager = [values.leaves_of(run(state.model, tensors))]
        if denormal and torch.set_flush_denormal(True):
            try:
                eager.append(values.leaves_of(run(state.model, tensors)))
            finally:
                torch.set_flush_denormal(False)
    except Exception as error:
        return {"usable": False, "why": f"the problem refuses such inputs: {error}"[:500], "errors": []}
    exact, why = exactly(tensors)
    reference = exact if exact is not None else eager[0]
    found = [[compare.error_of(e, r) for e, r in zip(leaves, reference)] for leaves in eager]
    errors = [max(each) for each in zip(*[[error for error, _ in leaves] for leaves in found])]
    state.expected = [compare.Expected(r, error, e.dtype) for r, error, e in zip(reference, errors, eager[0])]
    return {"usable": True, "why": why, "errors": errors, **quality(eager[0], found[0])}


def run(model, tensors):
    return model(*values.rebuilt(state.tree, [tensor.clone() for tensor in tensors]))


def exactly(tensors):
    """The outputs in double precision, or None and why there are none."""
    default = torch.get_default_dtype()
    try:
        if state.exact is None:
            state.exact = copy.deepcopy(state.model).double()
        torch.set_default_dtype(torch.float64)
        exact = values.leaves_of(run(state.exact, [t.double() if t.is_floating_point() else t for t in tensors]))
        return exact, ""
    except Exception as error:
        return None, f"the problem does not run in double precision: {error}"[:500]
    finally:
        torch.set_default_dtype(default)


def quality(eager, found):
    """Whether eager is finite, as finite as the reference, and near it."""
    floats = [(e, expected, error) for e, expected, (error, _) in zip(eager, state.expected, found) if compare.is_float(e)]
    return {
        "finite": all(bool(torch.isfinite(each).all()) for each, _, _ in floats) and all(agree for _, agree in found),
        "near": all(error <= FAR * expected.rms for _, expected, error in floats if expected.rms > 0),
    }


def receive(layouts):
    """Allocates room for outputs of the layouts that were claimed, and tells where it is."""
    if getattr(state, "received", None) != layouts:
        state.answers = [[values.allocated(layout) for layout in call] for call in layouts]
        state.received = layouts
    return {"addresses": [[tensor.data_ptr() for tensor in call] for call in state.answers]}


def check():
    """Compares the first call's outputs that were received with what is expected."""
    return {"mismatches": [mismatches(state.answers[0], state.expected)]}


def check_pairs(errors):
    """Compares the second half of what was received, a candidate's calls, with the first, the baseline's of the same inputs.

    `errors` are eager's own, as `expect` told them.
    """
    half = len(state.answers) // 2
    found = []
    for ours, theirs in zip(state.answers[:half], state.answers[half:]):
        # Eager's error counts once more, since it stands for the reference.
        expected = [compare.Expected(each, error * (1 + 1 / compare.FACTOR), each.dtype) for each, error in zip(ours, errors)]
        found.append(mismatches(theirs, expected))
    return {"mismatches": found}


def mismatches(answers, expected):
    return [each.mismatch(answer) for answer, each in zip(answers, expected)]


if __name__ == "__main__":
    talk = channel.Channel()
    talk.say(0, {"ok": True, "pid": os.getpid(), "torch": torch.__version__})
    commands = (problem, allot, draw, expect, receive, check, check_pairs)
    talk.serve({each.__name__: each for each in commands})
