import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp")
library.scale_rows.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64] * 2
library.scale_rows.restype = None


class ModelNew(nn.Module):
    def forward(self, d, b):
        d, b = d.contiguous(), b.contiguous()
        out = torch.empty_like(b)
        library.scale_rows(tk.pointer(d), tk.pointer(b), tk.pointer(out), *b.shape)
        return out
