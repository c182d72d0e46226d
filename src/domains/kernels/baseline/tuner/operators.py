"""The term of an ATen operator."""

import elementwise
import reductions
from tracing import NotRecognised, Value

SAME = {name: name for name in "exp log log1p sqrt rsqrt neg abs sigmoid tanh erf sin cos reciprocal sign".split()}
UNARY = {**SAME, "expm1": "expm1", "logical_not": "not", "bitwise_not": "not"}
BINARY = {
    "mul": "mul", "div": "div", "maximum": "maximum", "minimum": "minimum", "gt": "gt", "lt": "lt", "ge": "ge",
    "le": "le", "eq": "eq", "ne": "ne", "logical_and": "and", "logical_or": "or", "bitwise_and": "and",
    "bitwise_or": "or",
}  # fmt: skip
IDENTITIES = ("clone", "detach", "alias", "contiguous", "lift_fresh", "dropout", "native_dropout", "_to_copy")


def lower(space, value, get):
    """The term of a traced operator; `get` gives that of an argument."""
    op, args = value.op, list(value.args)
    base = op[:-1] if op.endswith("_") and not op.startswith("_") else op
    name = f"lower_{base.lstrip('_')}"
    rule = getattr(elementwise, name, None) or getattr(reductions, name, None)
    if base in IDENTITIES:
        return get(args[0])
    if base in UNARY:
        return space.map(UNARY[base], get(args[0]))
    if base in BINARY:
        if value.kwargs.get("rounding_mode"):
            raise NotRecognised("a division that rounds")
        return space.map(BINARY[base], get(args[0]), get(args[1]))
    if rule is None:
        raise NotRecognised(f"the operator {op} is none of those that it knows")
    return rule(space, value, get, *[get(arg) if isinstance(arg, Value) else arg for arg in args], **value.kwargs)
