"""The operators that a model calls, one after another, and the model with one of them left out."""

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from analyse_formulas import is_free, name_of
from compare import FACTOR, is_float
from values import leaves_of

RANDOM = {"rand", "randn", "randint", "randperm", "bernoulli", "uniform", "normal", "random", "native_dropout", "rand_like",
          "randn_like", "multinomial", "exponential", "rrelu_with_noise"}  # fmt: skip
TIGHT = 1e-5
FEW = 4096
LOOSE = 1e-2


def close(given, expected, tolerance="tight", error=0.0):
    """Whether values agree: by the judge's relative tolerance (`tight`), or by 1e-2 absolute and relative (`loose`).

    `error` is that of the model itself, of which the judge allows some times as much.
    """
    if given.numel() != expected.numel() or given.numel() == 0:
        return False
    a, b = given.reshape(-1), expected.reshape(-1)
    # Most tensors differ wherever one looks.
    if b.numel() > FEW and not _close(a[:FEW], b[:FEW], tolerance, _size(b), error):
        return False
    return _close(a, b, tolerance, _size(b), error)


def _size(values):
    """The root mean square of what is finite in the first million."""
    if not is_float(values):
        return 0.0
    some = values[:1_000_000].double()
    some = some[torch.isfinite(some)]
    return float(some.square().mean().sqrt()) if some.numel() else 0.0


def _close(a, b, tolerance, rms, error):
    if not is_float(b):
        return bool((a == b).all())
    a, b = a.double(), b.double()
    finite = torch.isfinite(b)
    if not bool((finite == torch.isfinite(a)).all()):
        return False
    if not bool(finite.all()):
        if not bool(((a == b) | (a.isnan() & b.isnan()) | finite).all()):
            return False
        a, b = a[finite], b[finite]
        if b.numel() == 0:
            return True
    size = b.abs()
    allowed = LOOSE + LOOSE * size if tolerance == "loose" else TIGHT * (size + rms) + FACTOR * error
    return bool(((a - b).abs() <= allowed).all())


def is_constant(tensor, error=0.0):
    """Whether all elements are one number, within the tight tolerance."""
    if tensor.numel() < 2:
        return False
    if not is_float(tensor):
        return bool((tensor == tensor.reshape(-1)[0]).all())
    flat = tensor.reshape(-1)
    return close(flat, flat[:1].expand(flat.shape), error=error)


def place_of(tensor):
    """What tensors that share memory have in common; 0 where there is none."""
    storage = getattr(tensor, "untyped_storage", None) or tensor.storage
    return storage().data_ptr() if tensor.layout is torch.strided else 0


class Step:
    """One operator that computes something."""

    def __init__(self, index, name, func, args, kwargs):
        self.index = index
        self.name = name
        taken = leaves_of(args) + leaves_of(kwargs)
        self.changes = getattr(func._schema, "is_mutable", False)
        # What it would be without this operator.
        self.before = [t.clone() if self.changes and t is args[0] else t for t in taken]
        self.reads = {place_of(t) for t in taken}

    def finish(self, output):
        self.given = leaves_of(output)
        self.writes = {place_of(t) for t in self.given}
        first = self.given[0] if self.given else None
        self.value = first
        self.version = first._version if first is not None else 0
        alike = [t for t in self.before if first is not None and t.shape == first.shape and t.dtype == first.dtype]
        # The operator does nothing to one of its arguments.
        self.same = next((i for i, t in enumerate(alike) if close(first, t)), None)
        self.choices = len(alike)
        one = first is not None and is_constant(first) and is_float(first)
        self.saturated = one and bool(alike) and not any(is_constant(t) for t in alike)
        del self.before

    def kept(self):
        """Its value, if nothing has written there since."""
        return self.value if self.value is not None and self.value._version == self.version else None


class Trace(TorchDispatchMode):
    """Writes down every operator that computes, with its values; what is freed would be used again, so all is kept."""

    def __init__(self):
        super().__init__()
        self.steps = []
        self.links = []
        self.random = set()
        self.kept = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = name_of(func)
        if name in RANDOM:
            self.random.add(name)
        if is_free(name):
            output = func(*args, **kwargs)
            taken = {place_of(t) for t in leaves_of(args) + leaves_of(kwargs)}
            self.links.append((None, taken, {place_of(t) for t in leaves_of(output)}))
            self.kept.append(output)
            return output
        step = Step(len(self.steps), name, func, args, kwargs)
        output = func(*args, **kwargs)
        step.finish(output)
        self.steps.append(step)
        self.links.append((step, step.reads, step.writes))
        self.kept += [output, args]
        return output

    def alive(self, outputs):
        """The steps whose results reach the outputs, and the places that are read for them."""
        needed = {place_of(t) for t in outputs} - {0}
        live = set()
        for step, reads, writes in reversed(self.links):
            if writes & needed:
                needed |= reads
                if step:
                    live.add(step.index)
        return live, needed


class LeaveOut(TorchDispatchMode):
    """Gives back an argument in the place of what the k-th operator computes: the first that has the same shape, or another."""

    def __init__(self, index, choice):
        super().__init__()
        self.index = index
        self.choice = choice
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if is_free(name_of(func)):
            return func(*args, **kwargs)
        self.count += 1
        if self.count - 1 != self.index:
            return func(*args, **kwargs)
        taken = leaves_of(args) + leaves_of(kwargs)
        before = [t.clone() for t in taken]
        output = func(*args, **kwargs)
        first = leaves_of(output)[0]
        alike = [b for b in before if b.shape == first.shape and b.dtype == first.dtype]
        first.copy_(alike[self.choice])
        return output
