import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp")
library.rms_norm.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64] * 2 + [ctypes.c_float]
library.rms_norm.restype = None


class ModelNew(nn.Module):
    def __init__(self, features, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.eps = eps

    def forward(self, x):
        x = x.contiguous()
        out = torch.empty_like(x)
        features = x.shape[-1]
        rows = x.numel() // features if features else 0
        library.rms_norm(tk.pointer(x), tk.pointer(self.weight), tk.pointer(out), rows, features, self.eps)
        return out
