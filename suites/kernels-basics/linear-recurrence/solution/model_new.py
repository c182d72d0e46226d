import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-math-errno", "-fno-trapping-math"])
library.recurrence.argtypes = [ctypes.c_void_p] * 4 + [ctypes.c_int64] * 2
library.recurrence.restype = None


class ModelNew(nn.Module):
    def forward(self, h, gate, x):
        h, gate, x = h.contiguous(), gate.contiguous(), x.contiguous()
        out = torch.empty_like(x)
        library.recurrence(tk.pointer(h), tk.pointer(gate), tk.pointer(x), tk.pointer(out), *x.shape)
        return out
