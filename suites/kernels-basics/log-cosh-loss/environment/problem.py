import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Model(nn.Module):
    """The mean of log cosh(prediction - target), in a form that does not overflow."""

    def forward(self, prediction, target):
        d = (prediction - target).abs()
        return (d + F.softplus(-2.0 * d) - math.log(2.0)).mean()


N = 1048576


def get_inputs():
    target = torch.randn(N)
    spread = 0.5 + 2.5 * torch.rand(1)
    return [target + spread * torch.randn(N), target]


def get_init_inputs():
    return []
