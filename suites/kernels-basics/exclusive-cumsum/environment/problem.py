import torch
import torch.nn as nn


class Model(nn.Module):
    """At every position of a row, the sum of what stands before it."""

    def forward(self, x):
        start = torch.zeros_like(x[:, :1])
        return torch.cat((start, torch.cumsum(x[:, :-1], dim=1)), dim=1)


ROWS = 1024
COLUMNS = 1024


def get_inputs():
    return [torch.randn(ROWS, COLUMNS) + 0.1]


def get_init_inputs():
    return []
