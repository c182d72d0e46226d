"""Elementwise terms as C++ expressions, and the names of functions that they need."""

import math

import torch

from terms import Count
from tracing import NotRecognised, Varying

INFIX = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "gt": ">", "lt": "<", "ge": ">=", "le": "<=",
    "eq": "==", "ne": "!=",
}  # fmt: skip
LOGIC = {"and": "&&", "or": "||"}
CALLS = {
    "exp": "exponential", "expm1": "less_one", "log": "logarithm", "log1p": "one_plus", "tanh": "tangent",
    "sigmoid": "logistic", "erf": "error_function",
    "erf_beside_one": "error_beside_one", "sqrt": "std::sqrt", "abs": "std::fabs", "sin": "std::sin",
    "cos": "std::cos",
}  # fmt: skip
# What is worth keeping between passes.
HEAVY = (*CALLS, "div", "rsqrt", "reciprocal")
LOGICAL = ("gt", "lt", "ge", "le", "eq", "ne", "and", "or", "not")


def is_logical(term):
    if term.op == "load":
        return term.extra.dtype == torch.bool
    return term.op in LOGICAL or (term.op == "same" and is_logical(term.args[0]))


def expression(term, args):
    """C++ of an elementwise term whose arguments are these texts."""
    op = term.op
    if op == "same":
        return args[0]
    if op in INFIX:
        return f"({args[0]} {INFIX[op]} {args[1]})"
    if op in LOGIC:
        return f"({args[0]} {LOGIC[op]} {args[1]})"
    if op in CALLS:
        return f"{CALLS[op]}({args[0]})"
    if op == "neg":
        return f"(-{args[0]})"
    if op == "not":
        return f"(!{args[0]})"
    if op == "rsqrt":
        return f"(1.0f / std::sqrt({args[0]}))"
    if op == "reciprocal":
        return f"(1.0f / {args[0]})"
    if op == "sign":
        return f"(float)(({args[0]} > 0.0f) - ({args[0]} < 0.0f))"
    if op == "where":
        cheap = all(side.op in ("load", "constant") for side in term.args[1:])
        return f"({args[0]} ? {args[1]} : {args[2]})" if cheap else f"choose({', '.join(args)})"
    if op in ("maximum", "minimum"):
        sign = "<" if op == "maximum" else ">"
        # NaN of either side stays, as torch has it; a constant is none.
        other = "" if term.args[1].op == "constant" else f" || {args[1]} != {args[1]}"
        return f"({args[0]} {sign} {args[1]}{other} ? {args[1]} : {args[0]})"
    raise NotRecognised(f"the operation {op}")


class Numbers:
    """Constants as C++; those that follow the shapes are handed over at run time, as `c[0]`, `c[1]` …"""

    def __init__(self):
        self.varying = []

    def text(self, value):
        if isinstance(value, Count):
            key = ("count", value.axes)
        elif isinstance(value, Varying):
            key = ("expression", value.expression)
        else:
            return literal(float(value))
        if key not in self.varying:
            self.varying.append(key)
        return f"c[{self.varying.index(key)}]"


def literal(value):
    if math.isnan(value):
        return "NAN"
    if math.isinf(value) or abs(value) > 3.4028234e38:
        return "INFINITY" if value > 0 else "-INFINITY"
    text = f"{value:.9g}"
    return (text if "." in text or "e" in text else text + ".0") + "f"
