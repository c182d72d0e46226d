import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-math-errno", "-fno-trapping-math"])
library.softmax.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_int64] * 2 + [ctypes.c_float]
library.softmax.restype = None


class ModelNew(nn.Module):
    def __init__(self, temperature):
        super().__init__()
        self.temperature = temperature

    def forward(self, scores, keep):
        scores, keep = scores.contiguous(), keep.contiguous()
        out = torch.empty_like(scores)
        columns = scores.shape[-1]
        rows = scores.numel() // columns if columns else 0
        pointers = tk.pointer(scores), tk.pointer(keep), tk.pointer(out)
        library.softmax(*pointers, rows, columns, self.temperature)
        return out
