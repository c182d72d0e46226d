import torch
import torch.nn as nn


class Model(nn.Module):
    """A step of covariance propagation, f p f^T + q, for every element of a batch."""

    def __init__(self, side):
        super().__init__()
        self.noise = nn.Parameter(torch.randn(side, side))

    def forward(self, f, p):
        return torch.bmm(torch.bmm(f, p), f.transpose(1, 2)) + self.noise


BATCH = 8192
SIDE = 8


def get_inputs():
    return [torch.randn(BATCH, SIDE, SIDE), torch.randn(BATCH, SIDE, SIDE)]


def get_init_inputs():
    return [SIDE]
