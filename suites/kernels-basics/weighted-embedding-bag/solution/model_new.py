import ctypes

import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp")
library.bags.argtypes = [ctypes.c_void_p] * 4 + [ctypes.c_int64] * 4
library.bags.restype = ctypes.c_int


class ModelNew(nn.Module):
    def __init__(self, entries, features):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(entries, features))

    def forward(self, indices, weights):
        indices, weights = indices.contiguous(), weights.contiguous()
        bags, size = indices.shape
        entries, features = self.table.shape
        out = torch.empty(bags, features, dtype=self.table.dtype)
        pointers = [tk.pointer(each) for each in (self.table, indices, weights, out)]
        if library.bags(*pointers, bags, size, entries, features):
            raise IndexError(f"an index is not between {-entries} and {entries - 1}")
        return out
