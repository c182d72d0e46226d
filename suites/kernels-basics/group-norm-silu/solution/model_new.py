import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-math-errno", "-fno-trapping-math"])
library.group_norm_silu.argtypes = [ctypes.c_void_p] * 4 + [ctypes.c_int64] * 4 + [ctypes.c_float]
library.group_norm_silu.restype = None


class ModelNew(nn.Module):
    def __init__(self, groups, channels):
        super().__init__()
        self.norm = nn.GroupNorm(groups, channels)

    def forward(self, x):
        x = x.contiguous()
        out = torch.empty_like(x)
        groups = self.norm.num_groups
        batch, channels = x.shape[:2]
        pixels = x.shape[2:].numel()
        pointers = [tk.pointer(each) for each in (x, self.norm.weight, self.norm.bias, out)]
        library.group_norm_silu(*pointers, batch, groups, channels // groups, pixels, self.norm.eps)
        return out
