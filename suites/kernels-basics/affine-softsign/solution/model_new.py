import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-trapping-math"])
library.chain.argtypes = [ctypes.c_void_p] * 4 + [ctypes.c_int64, ctypes.c_int64, ctypes.c_float]
library.chain.restype = None


class ModelNew(nn.Module):
    def __init__(self, features, slope):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(features))
        self.shift = nn.Parameter(torch.zeros(features))
        self.slope = slope

    def forward(self, x):
        x = x.contiguous()
        out = torch.empty_like(x)
        columns = x.shape[-1]
        rows = x.numel() // columns if columns else 0
        pointers = [tk.pointer(each) for each in (x, self.gain, self.shift, out)]
        library.chain(*pointers, rows, columns, self.slope)
        return out
