import torch
import torch.nn as nn


class Model(nn.Module):
    """A row vector times a matrix, with a bias."""

    def __init__(self, features_in, features_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(features_in, features_out) / features_in**0.5)
        self.bias = nn.Parameter(torch.randn(features_out))

    def forward(self, v):
        return v @ self.weight + self.bias


IN = 1024
OUT = 1536


def get_inputs():
    return [torch.randn(1, IN)]


def get_init_inputs():
    return [IN, OUT]
