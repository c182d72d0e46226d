import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-math-errno", "-fno-trapping-math"])
library.attention.argtypes = [ctypes.c_void_p] * 5 + [ctypes.c_int64] * 3
library.attention.restype = None


class ModelNew(nn.Module):
    def __init__(self, length):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(length, length))

    def forward(self, q, k, v):
        q, k, v = q.contiguous(), k.contiguous(), v.contiguous()
        out = torch.empty_like(q)
        length, width = q.shape[-2:]
        windows = q.shape[:-2].numel()
        pointers = [tk.pointer(each) for each in (q, k, v, self.bias, out)]
        library.attention(*pointers, windows, length, width)
        return out
