import torch
import torch.nn as nn


class Model(nn.Module):
    """For every bag, the sum of rows of a table by their weights."""

    def __init__(self, entries, features):
        super().__init__()
        self.table = nn.Parameter(torch.randn(entries, features))

    def forward(self, indices, weights):
        return (self.table[indices] * weights.unsqueeze(-1)).sum(dim=1)


BAGS = 2048
SIZE = 16
ENTRIES = 8192
FEATURES = 64


def get_inputs():
    return [torch.randint(0, ENTRIES, (BAGS, SIZE)), torch.randn(BAGS, SIZE)]


def get_init_inputs():
    return [ENTRIES, FEATURES]
