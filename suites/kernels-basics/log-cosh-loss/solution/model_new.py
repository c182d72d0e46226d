import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp", flags=["-fno-math-errno", "-fno-trapping-math"])
library.loss.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
library.loss.restype = ctypes.c_double


class ModelNew(nn.Module):
    def forward(self, prediction, target):
        prediction, target = prediction.contiguous(), target.contiguous()
        total = library.loss(tk.pointer(prediction), tk.pointer(target), prediction.numel())
        return torch.tensor(total, dtype=prediction.dtype)
