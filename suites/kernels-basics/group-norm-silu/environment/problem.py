import torch
import torch.nn as nn


class Model(nn.Module):
    """Group normalisation of images, then x times sigmoid(x)."""

    def __init__(self, groups, channels):
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels)

    def forward(self, x):
        h = self.norm(x)
        return h * torch.sigmoid(h)


BATCH = 8
GROUPS = 8
CHANNELS = 64
SIDE = 48


def get_inputs():
    return [torch.randn(BATCH, CHANNELS, SIDE, SIDE)]


def get_init_inputs():
    return [GROUPS, CHANNELS]
