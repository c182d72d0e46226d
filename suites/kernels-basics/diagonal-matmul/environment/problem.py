import torch
import torch.nn as nn


class Model(nn.Module):
    """The product of the diagonal matrix of a vector and a matrix."""

    def forward(self, d, b):
        return torch.diag(d) @ b


N = 384
M = 640


def get_inputs():
    return [torch.randn(N), torch.randn(N, M)]


def get_init_inputs():
    return []
