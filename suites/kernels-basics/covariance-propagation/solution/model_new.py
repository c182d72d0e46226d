import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp")
library.propagate.argtypes = [ctypes.c_void_p] * 4 + [ctypes.c_int64] * 2
library.propagate.restype = None


class ModelNew(nn.Module):
    def __init__(self, side):
        super().__init__()
        self.noise = nn.Parameter(torch.zeros(side, side))

    def forward(self, f, p):
        f, p = f.contiguous(), p.contiguous()
        out = torch.empty_like(p)
        batch, side, _ = p.shape
        pointers = [tk.pointer(each) for each in (f, p, self.noise, out)]
        library.propagate(*pointers, batch, side)
        return out
