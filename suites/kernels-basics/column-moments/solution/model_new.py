import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp")
library.moments.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64] * 2
library.moments.restype = None


class ModelNew(nn.Module):
    def forward(self, x):
        x = x.contiguous()
        rows, columns = x.shape
        mean, variance = torch.empty(columns, dtype=x.dtype), torch.empty(columns, dtype=x.dtype)
        library.moments(tk.pointer(x), tk.pointer(mean), tk.pointer(variance), rows, columns)
        return mean, variance
