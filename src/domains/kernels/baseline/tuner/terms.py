"""Terms: what has to be computed, over one space of axes of which some are reduced."""

from tracing import NotRecognised


class Term:
    """A value over some axes of the space.

    `op` is `load`, `constant`, `scan`, a reduction (`sum`, `max`, `min`) or an elementwise operation. `axes` has for
    each dimension of `shape` its axis in the space, or -1 for a dimension of size 1; None where not yet known.
    """

    def __init__(self, op, args=(), shape=(), axes=None, extra=None):
        self.op, self.args, self.shape, self.axes, self.extra = op, list(args), tuple(shape), axes, extra


REDUCTIONS = ("sum", "max", "min")


class Space:
    """The iteration space: the largest shape of the trace, and the axes that are reduced or scanned."""

    def __init__(self, shape):
        self.shape = tuple(shape)
        self.reduced = None
        self.leaves = []

    def identity(self):
        return tuple(axis if size > 1 else -1 for axis, size in enumerate(self.shape))

    def place(self, term, axes=None):
        """Sets the axes of a term that has none yet, and those of all that it is made of."""
        if axes is None:
            if term.axes is not None:
                return term.axes
            if all(size == 1 for size in term.shape):
                axes = (-1,) * len(term.shape)
            elif term.shape == self.shape:
                axes = self.identity()
            else:
                return None
        axes = tuple(axis if size > 1 else -1 for axis, size in zip(axes, term.shape))
        if term.axes is not None:
            if term.axes != axes:
                raise NotRecognised("a value is broadcast along two different dimensions")
            return axes
        if term.op not in ("load", "constant") and term.op in (*REDUCTIONS, "scan"):
            raise NotRecognised("a reduction of something smaller than the largest tensor")
        term.axes = axes
        for arg in term.args:
            self.place(arg, axes[len(axes) - len(arg.shape) :])
        return axes

    def map(self, op, *args, extra=None):
        """An elementwise operation, with broadcasting. Numbers become constants."""
        args = [arg if isinstance(arg, Term) else constant(arg) for arg in args]
        rank = max(len(arg.shape) for arg in args)
        shape = [1] * rank
        axes = [-1] * rank
        for arg in args:
            shift = rank - len(arg.shape)
            for d, size in enumerate(arg.shape):
                shape[d + shift] = max(shape[d + shift], size) if size != 0 else 0
        if tuple(shape) == self.shape:
            axes = list(self.identity())
        for arg in args:
            if self.place(arg) is None:
                continue
            for d, axis in enumerate(arg.axes, rank - len(arg.shape)):
                if axis >= 0 and axes[d] not in (-1, axis):
                    raise NotRecognised("a value is broadcast along two different dimensions")
                axes[d] = axis if axis >= 0 else axes[d]
        term = Term(op, args, shape, None, extra)
        if all(axis >= 0 or size == 1 for axis, size in zip(axes, shape)):
            self.place(term, axes)
        return term

    def _along(self, term, dims):
        axes = self.place(term)
        if axes is None:
            raise NotRecognised("a reduction of something smaller than the largest tensor")
        dims = [d % len(term.shape) for d in dims] if dims else list(range(len(term.shape)))
        along = tuple(sorted(axes[d] for d in dims if axes[d] >= 0))
        if self.reduced not in (None, along):
            raise NotRecognised("reductions over different dimensions")
        self.reduced = along
        return dims

    def reduce(self, op, term, dims, keepdim):
        dims = self._along(term, dims)
        shape = [1 if d in dims else size for d, size in enumerate(term.shape)]
        axes = [-1 if d in dims else axis for d, axis in enumerate(term.axes)]
        result = Term(op, [term], shape, tuple(axes))
        if keepdim:
            return result
        kept = [d for d in range(len(shape)) if d not in dims]
        return Term("same", [result], [shape[d] for d in kept], tuple(axes[d] for d in kept))

    def scan(self, term, dim):
        self._along(term, [dim])
        return Term("scan", [term], term.shape, term.axes)

    def size_along(self, term, dims):
        """The number of elements that are reduced, as a constant that follows the shapes."""
        dims = [d % len(term.shape) for d in dims] if dims else range(len(term.shape))
        axes = self.place(term) or ()
        count = 1
        for d in dims:
            count *= term.shape[d]
        return Term("constant", extra=Count(count, tuple(axes[d] for d in dims if axes[d] >= 0)))


class Count:
    """The product of the sizes of some axes."""

    def __init__(self, value, axes):
        self.value, self.axes = value, axes


def constant(value):
    return Term("constant", extra=value)
