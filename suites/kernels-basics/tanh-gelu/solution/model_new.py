import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-math-errno", "-fno-trapping-math"])
library.gelu.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
library.gelu.restype = None


class ModelNew(nn.Module):
    def forward(self, x):
        x = x.contiguous()
        out = torch.empty_like(x)
        library.gelu(tk.pointer(x), tk.pointer(out), x.numel())
        return out
