"""What a model should give: its outputs in double precision, and how far eager PyTorch itself is from them."""

import copy

import torch

import compare
import values

# Further from the reference than this, relative to its size, eager is no measure of anything.
FAR = 0.05


class Reference:
    """A model whose outputs somebody else's are compared with."""

    def __init__(self, model):
        self.model = model
        self._double = None

    def expect(self, inputs, denormal=False):
        """What the model should give for these inputs, which are not changed. Raises what the problem raises.

        With `denormal`, what eager gives when small numbers are flushed to zero counts as its error too.
        """
        # How far eager is off where inputs differ in their last bit: at a tie it may be right by luck.
        eager = [self._run(self.model, inputs), self._run(self.model, values.mapped(inputs, nudged))]
        if denormal and torch.set_flush_denormal(True):
            try:
                eager.append(self._run(self.model, inputs))
            finally:
                torch.set_flush_denormal(False)
        exact, why = self._exactly(inputs)
        return Expectation(eager, exact if exact is not None else eager[0], why)

    def _run(self, model, inputs):
        return values.leaves_of(model(*values.mapped(inputs, torch.clone)))

    def _exactly(self, inputs):
        """The outputs in double precision, or None and why there are none."""
        default = torch.get_default_dtype()
        try:
            if self._double is None:
                self._double = copy.deepcopy(self.model).double()
            torch.set_default_dtype(torch.float64)
            return self._run(self._double, values.mapped(inputs, doubled)), ""
        except Exception as error:
            return None, f"the problem does not run in double precision: {error}"[:500]
        finally:
            torch.set_default_dtype(default)


def nudged(tensor):
    if not tensor.is_floating_point():
        return tensor.clone()
    return tensor * (1 + (torch.rand_like(tensor) - 0.5) * torch.finfo(tensor.dtype).eps)


def doubled(tensor):
    return tensor.double() if tensor.is_floating_point() else tensor


class Expectation:
    """What one call should give, and whether eager itself is good enough to ask for it."""

    def __init__(self, eager, reference, why):
        self.reference = reference
        self.why = why
        found = [[compare.error_of(e, r) for e, r in zip(leaves, reference)] for leaves in eager]
        # Of each output, the largest distance of eager's from the reference.
        self.errors = [max(each) for each in zip(*[[error for error, _ in leaves] for leaves in found])]
        self.outputs = [compare.Expected(r, error, e.dtype) for r, error, e in zip(reference, self.errors, eager[0])]
        floats = [(e, x, error, agree) for e, x, (error, agree) in zip(eager[0], self.outputs, found[0]) if compare.is_float(e)]
        self.finite = all(bool(torch.isfinite(e).all()) and agree for e, _, _, agree in floats)
        self.near = all(error <= FAR * x.rms for _, x, error, _ in floats if x.rms > 0)

    def mismatches(self, answers):
        """For each output, what is wrong with the answer's, or None."""
        return [each.mismatch(answer) for answer, each in zip(answers, self.outputs)]

    def takes(self, other):
        """Whether what another call should give would pass for right here too."""
        alike = [a.shape == b.shape and a.dtype == b.dtype for a, b in zip(self.reference, other.reference)]
        return len(self.reference) == len(other.reference) and all(alike) and not any(self.mismatches(other.reference))
