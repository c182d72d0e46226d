import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-trapping-math"])
library.normalise.argtypes = [ctypes.c_void_p] * 6 + [ctypes.c_int64] * 2 + [ctypes.c_float] * 2
library.normalise.restype = None


class ModelNew(nn.Module):
    def __init__(self, features, slope):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(features))
        self.norm = nn.LayerNorm(features)
        self.slope = slope

    def forward(self, x, residual):
        x, residual = x.contiguous(), residual.contiguous()
        out = torch.empty_like(x)
        features = x.shape[-1]
        rows = x.numel() // features if features else 0
        tensors = x, residual, self.scale, self.norm.weight, self.norm.bias, out
        pointers = [tk.pointer(each) for each in tensors]
        library.normalise(*pointers, rows, features, self.norm.eps, self.slope)
        return out
