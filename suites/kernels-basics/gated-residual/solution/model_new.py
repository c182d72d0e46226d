import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-math-errno", "-fno-trapping-math"])
library.gated.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64] * 2
library.gated.restype = None


class ModelNew(nn.Module):
    def forward(self, x, residual):
        x, residual = x.contiguous(), residual.contiguous()
        out = torch.empty_like(residual)
        features = residual.shape[-1]
        rows = residual.numel() // features if features else 0
        library.gated(tk.pointer(x), tk.pointer(residual), tk.pointer(out), rows, features)
        return out
