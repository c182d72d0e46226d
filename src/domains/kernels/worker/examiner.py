"""Knows what is right: draws inputs and weights, computes what should come out, compares. Nothing of a candidate runs here.

The judge copies values between this process and the ones that it measures, by the addresses that are told here.
"""

import hashlib
import os
import types

import channel

torch = channel.prepare(int(os.environ.get("TOUCHSTONE_THREADS", "1")))

import compare  # noqa: E402
import regimes  # noqa: E402
import values  # noqa: E402
from constants import with_numbers  # noqa: E402
from reference import Reference  # noqa: E402

state = types.SimpleNamespace()


def problem(source, constants, seed):
    """Builds the problem's model with new weights, and tells what it takes and gives."""
    state.__dict__.clear()
    namespace = types.ModuleType("problem")
    exec(compile(with_numbers(source, constants), "problem.py", "exec"), namespace.__dict__)
    state.namespace = namespace
    init = list(namespace.get_init_inputs())
    torch.manual_seed(0)
    state.model = namespace.Model(*init).eval()
    regimes.redraw_weights(state.model, regimes.drawn(namespace, "given", seed_of(seed, "weights")), seed)
    state.reference = Reference(state.model)
    state.first = {}
    weights = {name: tensor.contiguous() for name, tensor in state.model.state_dict().items()}
    state.weights = weights
    inputs = regimes.drawn(namespace, "given", seed)
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
        for target, source in zip(tensors, values.leaves_of(regimes.drawn(state.namespace, regime, seed_of(seed, each)))):
            target.copy_(source)
    return {}


def expect(regime):
    """Computes what the first set of inputs, of this kind, should give, and tells whether eager itself is good enough to ask
    for it, and whether what the first inputs of the kind should give would pass for right as well."""
    state.expected = None
    try:
        expected = state.reference.expect(values.rebuilt(state.tree, state.slots[0]), regime == "denormal")
    except Exception as error:
        return {"usable": False, "why": f"the problem refuses such inputs: {error}"[:500], "errors": []}
    state.expected = expected
    alike = expected.takes(state.first.setdefault(regime, expected))
    told = {"why": expected.why, "errors": expected.errors, "finite": expected.finite, "near": expected.near}
    return {"usable": True, "alike": alike, **told}


def receive(layouts):
    """Allocates room for outputs of the layouts that were claimed, and tells where it is."""
    if getattr(state, "received", None) != layouts:
        state.answers = [[values.allocated(layout) for layout in call] for call in layouts]
        state.received = layouts
    return {"addresses": [[tensor.data_ptr() for tensor in call] for call in state.answers]}


def check():
    """Compares the first call's outputs that were received with what is expected."""
    return {"mismatches": [state.expected.mismatches(state.answers[0])]}


def check_pairs(errors):
    """Compares the second half of what was received, a candidate's calls, with the first, the baseline's of the same inputs.

    `errors` are eager's own, as `expect` told them.
    """
    half = len(state.answers) // 2
    found = []
    for ours, theirs in zip(state.answers[:half], state.answers[half:]):
        # Eager's error counts once more, since it stands for the reference.
        expected = [compare.Expected(each, error * (1 + 1 / compare.FACTOR), each.dtype) for each, error in zip(ours, errors)]
        found.append([each.mismatch(answer) for answer, each in zip(theirs, expected)])
    return {"mismatches": found}


if __name__ == "__main__":
    talk = channel.Channel()
    talk.say(0, {"ok": True, "pid": os.getpid(), "torch": torch.__version__})
    commands = (problem, allot, draw, expect, receive, check, check_pairs)
    talk.serve({each.__name__: each for each in commands})
