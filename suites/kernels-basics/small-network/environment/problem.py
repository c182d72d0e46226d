import torch
import torch.nn as nn


class Model(nn.Module):
    """Layer normalisation, a wide layer with tanh, a narrow one, a residual; then a linear read-out."""

    def __init__(self, features, hidden, classes):
        super().__init__()
        self.norm = nn.LayerNorm(features)
        self.wide = nn.Linear(features, hidden)
        self.narrow = nn.Linear(hidden, features)
        self.head = nn.Linear(features, classes)

    def forward(self, x):
        x = x + self.narrow(torch.tanh(self.wide(self.norm(x))))
        return torch.log_softmax(self.head(x), dim=-1)


ROWS = 1024
FEATURES = 128
HIDDEN = 256
CLASSES = 10


def get_inputs():
    return [torch.randn(ROWS, FEATURES)]


def get_init_inputs():
    return [FEATURES, HIDDEN, CLASSES]
