import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-mprefer-vector-width=512"])
library.triangular.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64]
library.triangular.restype = None


class ModelNew(nn.Module):
    def forward(self, a, b):
        a, b = a.contiguous(), b.contiguous()
        out = torch.empty_like(a)
        library.triangular(tk.pointer(a), tk.pointer(b), tk.pointer(out), a.shape[0])
        return out
