import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp")
library.scan.argtypes = [ctypes.c_void_p] * 2 + [ctypes.c_int64] * 2
library.scan.restype = None


class ModelNew(nn.Module):
    def forward(self, x):
        x = x.contiguous()
        out = torch.empty_like(x)
        library.scan(tk.pointer(x), tk.pointer(out), *x.shape)
        return out
