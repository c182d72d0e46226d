"""What a problem's forward does, as a list of ATen operators, and which of their numbers come from the shapes."""

import ast
import itertools

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class NotRecognised(Exception):
    """The problem is none of the kinds that can be generated; the message says what stands in the way."""


class Value:
    """A tensor of the trace: where it comes from, and its shape as it was run."""

    def __init__(self, kind, tensor, **rest):
        self.kind = kind  # input, parameter, operator
        self.shape = tuple(tensor.shape)
        self.dtype = tensor.dtype
        # What each dimension is in every run of the problem: with one run, that number.
        self.sizes = [(size,) for size in self.shape]
        self.strides = tensor.stride()
        self.constant = tensor.item() if kind == "constant" else None
        self.__dict__.update(rest)


class Varying:
    """A number that follows the shapes of the inputs: a Python expression over them, and its value as it was run."""

    def __init__(self, value, expression):
        self.value = value
        self.expression = expression


class Recorder(TorchDispatchMode):
    def __init__(self, model, inputs):
        super().__init__()
        self.values = {}
        self.calls = []
        self.alive = list(inputs)
        for name, tensor in tensors_of(model):
            self.alive.append(tensor)
            self.values[id(tensor)] = Value("parameter", tensor, name=name)
        for position, tensor in enumerate(inputs):
            if not isinstance(tensor, torch.Tensor):
                raise NotRecognised(f"input {position} is no tensor")
            self.values[id(tensor)] = Value("input", tensor, position=position)

    def value(self, tensor):
        known = self.values.get(id(tensor))
        if known is None:
            if tensor.numel() != 1:
                raise NotRecognised("forward makes a tensor from Python's own numbers")
            known = self.values[id(tensor)] = Value("constant", tensor)
            self.alive.append(tensor)
        return known

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        seen = [map_structure(args, self.value), map_structure(kwargs, self.value)]
        out = func(*args, **kwargs)
        name = str(func).replace("aten.", "").split(".")[0]
        first = args[0] if args and isinstance(args[0], torch.Tensor) else None
        for index, tensor in enumerate(out if isinstance(out, (tuple, list)) else [out]):
            if not isinstance(tensor, torch.Tensor):
                if tensor is None:
                    continue
                raise NotRecognised(f"the operator {name} gives a number to Python")
            if tensor is first and self.values[id(tensor)].kind != "operator":
                raise NotRecognised(f"the operator {name} changes an input or a parameter")
            self.alive.append(tensor)
            made = Value("operator", tensor, op=name, args=seen[0], kwargs=seen[1], index=index)
            self.values[id(tensor)] = made
            self.calls.append(made)
        return out


def tensors_of(model):
    """Parameters, buffers and plain tensor attributes, by dotted names."""
    for prefix, module in model.named_modules():
        own = {**module.__dict__, **module._parameters, **module._buffers}
        for name, value in own.items():
            if isinstance(value, torch.Tensor):
                yield f"{prefix}.{name}" if prefix else name, value


def map_structure(thing, change):
    if isinstance(thing, torch.Tensor):
        return change(thing)
    if isinstance(thing, (list, tuple)):
        return [map_structure(each, change) for each in thing]
    if isinstance(thing, dict):
        return {name: map_structure(each, change) for name, each in thing.items()}
    return thing


class Trace:
    """Outputs as values, and whether forward gave a tuple."""

    def __init__(self, problem):
        torch.manual_seed(1)
        self.arguments = problem["get_init_inputs"]()
        model = problem["Model"](*self.arguments).eval()
        inputs = problem["get_inputs"]()
        recorder = Recorder(model, inputs)
        with torch.no_grad(), recorder:
            out = model(*inputs)
        self.several = isinstance(out, (tuple, list))
        outs = list(out) if self.several else [out]
        if not all(isinstance(each, torch.Tensor) for each in outs):
            raise NotRecognised("forward gives something that is no tensor")
        self.outputs = [recorder.value(each) for each in outs]
        self.calls = recorder.calls
        self.shapes = [tuple(each.shape) for each in inputs]
        self.weights = [tuple(each.shape) for each in model.state_dict().values()]


def run_source(source, constants=None):
    """The problem's names, with other values for names that it binds to an integer at its top level."""
    tree = ast.parse(source)
    for node in tree.body:
        name = constant_name(node)
        if constants and name in constants:
            node.value = ast.copy_location(ast.Constant(constants[name]), node.value)
    names = {"__name__": "problem"}
    exec(compile(tree, "problem.py", "exec"), names)
    return names


def constant_name(node):
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return None
    is_integer = isinstance(node.value, ast.Constant) and type(node.value.value) is int
    return node.targets[0].id if is_integer and node.value.value > 0 else None


def variations(source, first):
    """The problem with one constant changed, for each that can be changed alone and is no choice of a dimension.

    `first` is the trace of the problem as it is.
    """
    for node in ast.parse(source).body:
        name = constant_name(node)
        if name is None:
            continue
        value = node.value.value
        for other in (value // 2, value * 2, value - 1):
            if not 0 < other <= 2 * value:
                continue
            try:
                trace = Trace(run_source(source, {name: other}))
            except Exception:
                continue
            results = [[value.shape for value in each.outputs] for each in (first, trace)]
            if (trace.shapes, trace.weights) != (first.shapes, first.weights) or results[0] == results[1]:
                yield name, other, trace
            break


def traced(source):
    """The trace of a problem, with `Varying` in the place of every number that follows the shapes.

    Its `tried` are the constants, one at a time, that have shown which numbers do.
    """
    trace = Trace(run_source(source))
    varied = list(variations(source, trace))
    trace.tried = [{name: value} for name, value, _ in varied]
    others = [other for _, _, other in varied]
    for other in others:
        if [call.op for call in other.calls] != [call.op for call in trace.calls]:
            raise NotRecognised("what forward does depends on the shapes")
    runs = [(each.shapes, each.arguments) for each in (trace, *others)]
    for position, call in enumerate(trace.calls):
        twins = [other.calls[position] for other in others]
        call.args = together(call.args, [each.args for each in twins], runs)
        call.kwargs = together(call.kwargs, [each.kwargs for each in twins], runs)
        together(call, twins, runs)
    trace.runs = runs
    together(trace.outputs, [other.outputs for other in others], runs)
    return trace


def together(thing, others, runs):
    if isinstance(thing, list):
        return [together(each, [other[i] for other in others], runs) for i, each in enumerate(thing)]
    if isinstance(thing, dict):
        return {name: together(each, [other[name] for other in others], runs) for name, each in thing.items()}
    if isinstance(thing, Value) and all(len(other.shape) == len(thing.shape) for other in others):
        thing.sizes = list(zip(thing.shape, *[other.shape for other in others])) if others else thing.sizes
    if type(thing) not in (int, float) or all(other == thing for other in others):
        return thing
    return Varying(thing, expression_for([thing, *others], runs))


def expression_for(numbers, runs):
    """An expression over the inputs' shapes and the constructor's arguments that gives each run's number."""
    shapes, arguments = runs[0]
    places = [(i, d) for i, shape in enumerate(shapes) for d in range(len(shape))]
    bases = [(f"x{i}.shape[{d}]", [run[0][i][d] for run in runs]) for i, d in places]
    bases += [
        (f"self.arguments[{i}]", [run[1][i] for run in runs])
        for i, argument in enumerate(arguments)
        if type(argument) in (int, float)
    ]
    bases += [
        (f"{a} * {b}", [p * q for p, q in zip(m, n)]) for (a, m), (b, n) in itertools.combinations(bases, 2)
    ]
    forms = [("{}", lambda d: d), ("({} // 2)", lambda d: d // 2), ("({} // 3)", lambda d: d // 3)]
    forms += [("({} // 4)", lambda d: d // 4), ("({} - 1)", lambda d: d - 1), ("(1.0 / {})", lambda d: 1.0 / d)]
    forms += [("({} ** 0.5)", lambda d: d**0.5), ("({} ** -0.5)", lambda d: d**-0.5)]
    for form, function in forms:
        for text, sizes in bases:
            if all(abs(function(size) - number) <= 1e-12 * abs(number) for size, number in zip(sizes, numbers)):
                return form.format(f"({text})" if "*" in text else text)
    raise NotRecognised(f"the number {numbers[0]} follows the shapes in a way that is not understood")
