import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-math-errno", "-fno-trapping-math"])
library.attention.argtypes = [ctypes.c_void_p] * 4 + [ctypes.c_int64] * 3
library.attention.restype = None


class ModelNew(nn.Module):
    def forward(self, q, k, v):
        q, k, v = q.contiguous(), k.contiguous(), v.contiguous()
        out = torch.empty_like(q)
        length, width = q.shape[-2:]
        heads = q.shape[:-2].numel()
        pointers = tk.pointer(q), tk.pointer(k), tk.pointer(v), tk.pointer(out)
        library.attention(*pointers, heads, length, width)
        return out
