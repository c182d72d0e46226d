"""Runs a problem for real, as the judge does: whether it runs, and whether anything comes out that can be judged."""

import torch

import regimes
from analyse_cost import load
from reference import Reference
from values import leaves_of

# What the judge takes time with, in its order: most problems show at the second that they look at their inputs. Zeros, and
# what is nearly zero, are the same for every call.
TRIED = ("given", "given", "given", "signed", "signed", "large", "large")


def run_once(source):
    """Shapes and dtypes of what the model gives, and why no judge could tell a right answer from others, or None."""
    module = load(source)
    torch.manual_seed(0)
    model = module.Model(*list(module.get_init_inputs())).eval()
    with torch.no_grad():
        inputs = regimes.drawn(module, "given", 1)
        outputs = leaves_of(model(*inputs))
        shapes = [[list(each.shape), str(each.dtype).replace("torch.", "")] for each in outputs]
        regimes.redraw_weights(model, inputs, 2)
        return {"shapes": shapes, "degenerate": degenerate(module, Reference(model))}


def degenerate(module, reference):
    """Why a right answer cannot be told from others, or None."""
    first = {}
    for seed, regime in enumerate(TRIED):
        inputs = regimes.drawn(module, regime, 10 + seed)
        try:
            expected = reference.expect(inputs)
        except Exception:
            if regime == "given":
                raise
            continue
        if regime == "given" and not expected.near:
            return "eager is far from the result in double precision, or forward draws random numbers: nothing says what is right"
        usable = regime == "given" or (expected.finite and expected.near)
        if not leaves_of(inputs) or (usable and not expected.takes(first.setdefault(regime, expected))):
            return None
    return "an answer that ignores its inputs would be right for all that are tried"
