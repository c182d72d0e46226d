"""What a problem costs, from tensors that have shapes and no memory."""

import types

import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.overrides import TorchFunctionMode
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode

from analyse_formulas import flops_of, is_free, name_of, together
from values import leaves_of

RECURRENT = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}


def _deepcopy(self, memo):
    """Transformers copy their layers. torch 1.13 makes tensors on another device of them, torch 2 ones of another mode."""
    copied = self.detach().clone()
    if isinstance(self, torch.nn.Parameter):
        copied = torch.nn.Parameter(copied, self.requires_grad)
    memo[id(self)] = copied
    return copied


FakeTensor.__deepcopy__ = _deepcopy


class Ranges(TorchDispatchMode):
    """Keeps the values of short ranges: networks read rates for their layers out of them while they are built."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        output = func(*args, **(kwargs or {}))
        short = isinstance(output, FakeTensor) and name_of(func) in ("linspace", "arange") and output.numel() <= 4096
        if short and getattr(output, "constant", output) is None:
            with no_dispatch():
                output.constant = func(*args, **{**(kwargs or {}), "device": "cpu"})
        return output


def bytes_of(tensors):
    """Of each tensor once, by its shape: what is expanded counts whole."""
    seen, total = set(), 0
    for each in tensors:
        if id(each) not in seen:
            seen.add(id(each))
            total += each.numel() * each.element_size()
    return total


class Meter(TorchDispatchMode):
    """Counts what the operators do that are called while it is on."""

    def __init__(self):
        super().__init__()
        self.operators = {}
        self.unknown = set()
        self.flops = 0
        self.traffic = 0
        self.together = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = name_of(func)
        output = _pooled(args) if name == "max_pool3d_with_indices" else func(*args, **(kwargs or {}))
        if not is_free(name):
            flops, known = flops_of(name, args, output)
            if not known:
                self.unknown.add(name)
            size = together(name, args, leaves_of(output), leaves_of(args))
            if size is not None:
                self.together.append(int(size))
            self.add(name, flops, bytes_of(leaves_of(args) + leaves_of(kwargs or {})) + bytes_of(leaves_of(output)))
        return output

    def add(self, name, flops, traffic):
        entry = self.operators.setdefault(name, {"name": name, "calls": 0, "flops": 0, "bytes": 0})
        entry["calls"] += 1
        entry["flops"] += flops
        entry["bytes"] += traffic
        self.flops += flops
        self.traffic += traffic


class Recurrence(TorchFunctionMode):
    """Counts a recurrent network as a whole: step by step it is tens of thousands of operators."""

    def __init__(self, meter):
        super().__init__()
        self.meter = meter

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", "")
        # A packed sequence has its lengths in the second place.
        if name not in RECURRENT or len(args) != 9 or (name != "lstm" and not isinstance(args[1], torch.Tensor)):
            return func(*args, **(kwargs or {}))
        values, state, weights, _, layers, _, _, both_ways, batch_first = args
        states = list(state) if name == "lstm" else [state]
        width = states[0].shape[-1] * (2 if both_ways else 1)
        positions = values.numel() // values.shape[-1]
        matrices = sum(each.numel() for each in weights if each.dim() == 2)
        gates = RECURRENT[name]
        flops = 2 * positions * matrices + positions * layers * width * (2 * gates + 3)
        outputs = (values.new_empty([*values.shape[:-1], width]), *[each.new_empty(each.shape) for each in states])
        # The weights are read at each step.
        steps = values.shape[1 if batch_first else 0] if values.dim() == 3 else values.shape[0]
        self.meter.add(name, flops, bytes_of([values, *outputs]) + steps * bytes_of(weights))
        return outputs


def _pooled(args):
    """The shape that `max_pool3d_with_indices` gives: torch 1.13 would compute it."""
    values, window = args[0], _three(args[1])
    stride = _three(args[2]) if len(args) > 2 and args[2] else window
    padding = _three(args[3]) if len(args) > 3 else [0] * 3
    dilation = _three(args[4]) if len(args) > 4 else [1] * 3
    up = bool(args[5]) if len(args) > 5 else False
    sides = []
    for size, k, s, p, d in zip(values.shape[-3:], window, stride, padding, dilation):
        room = size + 2 * p - d * (k - 1) - 1
        side = -(-room // s) + 1 if up else room // s + 1
        # The last window has to begin inside.
        sides.append(side - 1 if up and (side - 1) * s >= size + p else side)
    if min(sides) < 1:
        raise RuntimeError(f"max_pool3d: the output would be {sides}")
    shape = [*values.shape[:-3], *sides]
    return values.new_empty(shape), values.new_empty(shape, dtype=torch.int64)


def _three(value):
    sides = list(value) if isinstance(value, (list, tuple)) else [value]
    return sides * 3 if len(sides) == 1 else sides


def measured(model, inputs, gradients):
    meter = Meter()
    with torch.set_grad_enabled(gradients), Recurrence(meter), meter:
        return meter, model(*inputs)


def load(source):
    """The problem's names. Raises what its top level raises."""
    module = types.ModuleType("problem")
    exec(compile(source, "problem.py", "exec"), module.__dict__)
    for name in ("Model", "get_inputs", "get_init_inputs"):
        if not callable(getattr(module, name, None)):
            raise AttributeError(f"the problem defines no {name}")
    return module


def cost_of(source):
    """FLOPs and bytes of one call of the problem's model. Raises what the problem raises."""
    with FakeTensorMode():
        module = load(source)
        with Ranges():
            model = module.Model(*list(module.get_init_inputs())).eval()
        inputs = list(module.get_inputs())
        # Without gradients a transformer's layer is one fused operator, of which nothing can be counted.
        try:
            meter, output = measured(model, inputs, gradients=True)
        except Exception:
            meter, output = measured(model, inputs, gradients=False)
    outputs = leaves_of(output)
    return {
        "flops": int(meter.flops),
        "inputs": int(bytes_of(leaves_of(inputs))),
        "weights": int(bytes_of([*model.parameters(), *model.buffers()])),
        "outputs": int(bytes_of(outputs)),
        "traffic": int(meter.traffic),
        "operators": sorted(meter.operators.values(), key=lambda each: (-each["flops"], -each["bytes"], each["name"])),
        "unknown": sorted(meter.unknown),
        "together": meter.together[:2000],
        "shapes": [[list(each.shape), str(each.dtype).replace("torch.", "")] for each in outputs],
    }


def load_only(source):
    """Raises what the problem's top level raises."""
    with FakeTensorMode():
        load(source)


WARM = """
import torch
class Model(torch.nn.Module):
    def forward(self, x):
        return torch.softmax(x @ x, 1)
def get_inputs():
    return [torch.rand(4, 4)]
def get_init_inputs():
    return []
"""
