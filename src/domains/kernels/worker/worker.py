"""Runs one module for a judge that looks at it from outside: a baseline's `Model`, or a candidate's `ModelNew`.

Values do not come through here: the judge writes weights and inputs into tensors whose addresses it was told, and reads
outputs where they are said to lie. Nothing that is said here is believed: neither that a call is done nor any time.
"""

import os
import sys

import channel

torch = channel.prepare(int(os.environ.get("TOUCHSTONE_THREADS", "1")))

import importlib.util  # noqa: E402
import json  # noqa: E402
import random  # noqa: E402
import time  # noqa: E402

import device  # noqa: E402
import values  # noqa: E402

# Bytes: enough to be cut from the large free block that outputs are cut from.
SPACE = 1 << 20

module = None
model = None
staged = {}
slots = []
outputs = []
spacers = []
# Of operating-system entropy: two processes with the same code should not share their luck.
luck = random.Random()


def load(path):
    """Imports the file that has the model's class."""
    global module
    if not os.path.exists(path):
        raise channel.Refusal("no-file", f"there is no {path}")
    settle()
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    compiling(lambda: spec.loader.exec_module(module))
    return {}


def settle():
    """What was compiled before is older than any compiler's log of it says, so that nothing is compiled again."""
    for directory, _, names in os.walk(os.environ.get("TOUCHSTONE_BUILD", ".build")):
        for name in names:
            os.utime(os.path.join(directory, name), (1e9, 1e9))


def build(name, init, weights):
    """Constructs the model and tells where its weights are to be written."""
    global model
    if not hasattr(module, name):
        raise channel.Refusal("no-class", f"{module.__file__.rpartition('/')[2]} does not define the class {name}")
    # Random numbers that are no weights, drawn while constructing, are the same on all sides.
    torch.manual_seed(0)
    arguments = values.rebuilt(init, [])
    model = compiling(lambda: getattr(module, name)(*arguments))
    if not isinstance(model, torch.nn.Module):
        raise channel.Refusal("no-module", f"{name} is not a torch.nn.Module")
    model.eval()
    model.to(device.place)
    staged.clear()
    staged.update({weight["name"]: values.allocated(weight) for weight in weights})
    return {"addresses": [tensor.data_ptr() for tensor in staged.values()]}


def compiling(work):
    """A compiler's complaint is told apart from other errors."""
    try:
        return work()
    except Exception as error:
        causes = [error, error.__cause__, error.__context__]
        names = {type(each).__name__ for each in causes if each is not None}
        if names & {"CompileError", "CalledProcessError"} or "Error building extension" in str(error):
            raise channel.Refusal("compile", str(error)[-20_000:]) from None
        raise


def fill():
    """Loads the weights that were written."""
    try:
        model.load_state_dict(dict(staged), strict=True)
    except RuntimeError as error:
        raise channel.Refusal("state-dict", str(error)) from None
    finally:
        staged.clear()
    return {}


def allot(count, tree, leaves):
    """Allocates `count` sets of inputs and tells where they lie."""
    outputs.clear()
    slots.clear()
    for _ in range(count):
        tensors = [values.allocated(leaf, shift=luck.randrange(64) * 64, pinned=device.pinned) for leaf in leaves]
        own = [values.allocated(leaf, device.place) for leaf in leaves] if device.apart else tensors
        slots.append((values.rebuilt(tree, own), own, tensors))
    return {"addresses": [[tensor.data_ptr() for tensor in tensors] for _, _, tensors in slots]}


def upload(first, count):
    """Copies inputs that were written to the device."""
    for _, own, tensors in slots[first : first + count]:
        for there, here in zip(own, tensors):
            there.copy_(here, non_blocking=True)
    device.wait()
    return {}


def go(first, count):
    """Calls the model once for each of `count` sets of inputs. What lies on a device is told by `download`."""
    outputs.clear()
    spacers.clear()
    # How far apart blocks of memory lie, modulo a page, changes the time of simple kernels by half: so that it is no
    # accident of one process, everything is cut from another place in each batch.
    spacers.append(torch.empty(SPACE + luck.randrange(64) * 64, dtype=torch.uint8))
    with torch.no_grad():
        for inputs, _, _ in slots[first : first + count]:
            outputs.append(model(*inputs))
    if not device.apart:
        return values.claims_of(outputs)
    device.wait()
    return {}


ONE_CALL = b',"count":1}}\n'
# Of the last output that was told of in few steps: its layout, and its claim up to the address.
told = (None, b"")


def quick(line):
    """The reply to a command for one call as a line, or None where the long way has to be gone.

    A call's command and claim are part of its time, on all sides. An answer that puts a loop of its own in the place of
    this program saves them: there must be little to save. What is raised here the long way tells, which calls once more.
    """
    global told
    if not line.endswith(ONE_CALL) or b'"do":"go"' not in line or device.apart or commands["go"] is not go:
        return None
    outputs.clear()
    spacers.clear()
    spacers.append(torch.empty(SPACE + luck.randrange(64) * 64, dtype=torch.uint8))
    begins = line[: line.index(b",")]
    try:
        output = model(*slots[int(line[line.index(b'"first":') + 8 : -len(ONE_CALL)])][0])
        outputs.append(output)
        if type(output) is not torch.Tensor or output.layout is not torch.strided or output.is_complex():
            return b"%s,%s\n" % (begins, json.dumps({"ok": True, **values.claims_of(outputs)}).encode()[1:])
        layout = (output.shape, output.stride(), output.dtype)
        if layout != told[0]:
            claim = values.claims_of(outputs)
            if claim["calls"][0][1] < 0:
                return b"%s,%s\n" % (begins, json.dumps({"ok": True, **claim}).encode()[1:])
            told = layout, b',"ok":true,"kinds":%s,"calls":[[0,' % json.dumps(claim["kinds"]).encode()
    except Exception:
        return None
    return b"%s%s%d]]}\n" % (begins, told[1], output.data_ptr())


def idle():
    """Does nothing: what a call costs beside the model."""
    return {}


def download():
    """Copies outputs from the device and tells where the copies lie, which stay there until the next call."""
    outputs[:] = [values.mapped(output, to_host) for output in outputs]
    return values.claims_of(outputs)


def to_host(tensor):
    if tensor.layout is not torch.strided:
        return tensor
    if tensor.device.type != device.place:
        raise channel.Refusal(
            "place", f"forward returns a tensor on the device {tensor.device.type}; it has to be where the inputs are: {device.place}"
        )
    return torch.empty_like(tensor, device="cpu", pin_memory=device.pinned).copy_(tensor)


def fetch(slot):
    """Copies a set of inputs back from the device, over what was written."""
    _, own, tensors = slots[slot]
    for there, here in zip(own, tensors):
        here.copy_(there)
    return {}


def bandwidth(bytes_each, count):
    """The shortest time per byte of copying `count` blocks of so many bytes, one after the other, in seconds.

    Processor time; on a device, wall time.
    """
    # A process's own is only known tick by tick where it is limited.
    clock = time.perf_counter if device.apart else time.thread_time
    sources = [torch.ones(bytes_each, dtype=torch.uint8, device=device.place) for _ in range(count)]
    targets = [torch.zeros(bytes_each, dtype=torch.uint8, device=device.place) for _ in range(count)]
    best = float("inf")
    for _ in range(20):
        device.wait()
        began = clock()
        for source, target in zip(sources, targets):
            target.copy_(source)
        device.wait()
        best = min(best, clock() - began)
    return {"seconds": best / (bytes_each * count)}


def compile_model():
    """Replaces the model by what torch.compile makes of it."""
    global model
    model = torch.compile(model)
    return {}


def watch():
    """Before `load`, where the use of libraries is looked at."""
    import library

    return library.watch()


def trace():
    """Runs the model on the first set of inputs and tells what it uses."""
    import library

    if device.apart:
        upload(0, 1)
    return library.trace(model, slots[0][0], [module.__file__])


commands = {"load": load, "build": build, "fill": fill, "allot": allot, "go": go, "bandwidth": bandwidth}
commands.update({"compile": compile_model, "watch": watch, "trace": trace})
commands.update({"idle": idle, "upload": upload, "download": download, "fetch": fetch})

if __name__ == "__main__":
    device.prepare()
    talk = channel.Channel()
    # In a variable of its own: modules that are loaded later are strangers.
    talk.say(0, {"ok": True, "pid": os.getpid(), "torch": torch.__version__})
    talk.serve(commands, quick)
