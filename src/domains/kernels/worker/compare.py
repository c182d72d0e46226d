"""Whether outputs are right: against a reference in double precision, relative to the error of eager PyTorch itself."""

import torch

RELATIVE = {torch.float64: 1e-12, torch.float32: 1e-5, torch.float16: 2e-3, torch.bfloat16: 1.6e-2}
RELATIVE.update({torch.complex128: 1e-12, torch.complex64: 1e-5, torch.complex32: 2e-3})
# How many times as far from the reference as eager may an answer be.
FACTOR = 16


def is_float(tensor):
    return tensor.is_floating_point() or tensor.is_complex()


def real(tensor):
    """A complex tensor as one of its parts, in double precision."""
    return torch.view_as_real(tensor.to(torch.complex128)) if tensor.is_complex() else tensor.to(torch.float64)


def real_count(tensor):
    """How many real numbers a tensor has."""
    return tensor.numel() * (2 if tensor.is_complex() else 1)


class Expected:
    """One output tensor: what it should be, and how far an answer may be from that."""

    def __init__(self, reference, error, dtype):
        self.exact = reference
        self.dtype = dtype
        self.rounded = None
        self.shape = tuple(reference.shape)
        if not is_float(reference):
            return
        self.all_finite = bool(torch.isfinite(reference).all())
        finite = reference if self.all_finite else reference[torch.isfinite(reference)]
        norm = float(torch.linalg.vector_norm(finite, dtype=torch.complex128 if dtype.is_complex else torch.float64))
        self.rms = norm / max(1, real_count(finite)) ** 0.5
        self.rtol = RELATIVE.get(dtype, RELATIVE[torch.float32])
        # Results below the smallest normal number may be flushed to zero.
        tiny = torch.finfo(dtype).tiny if dtype.is_floating_point else 1.2e-38
        self.allowed = FACTOR * error + self.rtol * self.rms + tiny

    def plainly(self, answer):
        """Whether it is right by far, in its own precision: that is quicker to see, and true of nearly all right answers."""
        if not self.all_finite or answer.is_complex() or answer.dtype != self.dtype:
            return False
        if self.rounded is None:
            self.rounded = self.exact.to(self.dtype)
        # Rounding adds less than rtol, which stands for what is left out here. NaN is not less than anything.
        return not answer.numel() or bool((answer - self.rounded).abs().amax() <= self.allowed / 2)

    def mismatch(self, answer):
        """None where the answer is right, else what is wrong with it, as a dict for people."""
        if not is_float(self.exact):
            wrong = answer != self.exact
            return None if not bool(wrong.any()) else told(wrong, answer, self.exact)
        if self.plainly(answer):
            return None
        given, values = real(answer), real(self.exact)
        wrong = ~((given - values).abs() <= self.allowed + self.rtol * values.abs())
        if not self.all_finite:
            same = (given == values) | (given.isnan() & values.isnan())
            wrong = torch.where(torch.isfinite(values), wrong, ~same)
        return None if not bool(wrong.any()) else told(wrong, given, values)


def told(wrong, answer, expected):
    """Where the worst of the wrong elements is, what stands there and should, and how many there are."""
    off = (answer.to(torch.float64) - expected.to(torch.float64)).abs()
    off = torch.where(wrong, torch.where(off.isnan(), torch.full_like(off, float("inf")), off), torch.full_like(off, -1))
    at = int(off.argmax())
    place = []
    for size in reversed(wrong.shape):
        place.insert(0, at % size)
        at //= size
    index = tuple(place)
    return {
        "at": place,
        "given": repr(answer[index].item()),
        "expected": repr(expected[index].item()),
        "wrong": int(wrong.sum()),
        "of": wrong.numel(),
    }


def error_of(eager, reference):
    """The largest error of eager where both are finite, and whether they are finite in the same places."""
    if not is_float(reference):
        return 0.0, True
    given, exact = real(eager), real(reference)
    both = torch.isfinite(given) & torch.isfinite(exact)
    agree = bool((torch.isfinite(given) == torch.isfinite(exact)).all())
    off = (given - exact)[both].abs()
    return (float(off.max()) if off.numel() else 0.0), agree
