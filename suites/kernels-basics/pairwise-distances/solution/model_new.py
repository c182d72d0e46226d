import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-math-errno"])
library.distances.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64] * 3
library.distances.restype = None


class ModelNew(nn.Module):
    def forward(self, a, b):
        a, b = a.contiguous(), b.contiguous()
        out = torch.empty(a.shape[0], b.shape[0], dtype=a.dtype)
        library.distances(tk.pointer(a), tk.pointer(b), tk.pointer(out), *out.shape, a.shape[1])
        return out
