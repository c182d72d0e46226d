import { fileSet } from '../../../core/files.ts'
import type { KernelsKey } from '../key.ts'

/** A row times a weight, over the root of the row's mean square: for rows and columns of any number. */
const rowScale: KernelsKey = {
  problem: `import torch
import torch.nn as nn

class Model(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.weight = nn.Parameter(1 + 0.2 * torch.randn(columns))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.weight

ROWS = 64
COLUMNS = 256

def get_inputs():
    return [torch.randn(ROWS, COLUMNS)]

def get_init_inputs():
    return [COLUMNS]
`,
  shapes: [{ ROWS: 3 }],
  device: 'cpu',
  threads: 1,
  solved: 'faster',
  library: 'forbidden',
  solution: fileSet({
    'kernel.cpp': `#include <cmath>
#include <cstdint>
extern "C" void scale(const float *x, const float *weight, float *out, int64_t rows, int64_t columns) {
    for (int64_t row = 0; row < rows; row++, x += columns, out += columns) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < columns; i++) sum += x[i] * x[i];
        const float factor = 1 / std::sqrt(sum / columns + 1e-5f);
        for (int64_t i = 0; i < columns; i++) out[i] = x[i] * factor * weight[i];
    }
}
`,
    'model_new.py': `import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp")
library.scale.argtypes = [tk.Pointer] * 3 + [tk.Size] * 2

class ModelNew(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(columns))

    def forward(self, x):
        out = torch.empty_like(x)
        library.scale(tk.pointer(x), tk.pointer(self.weight), tk.pointer(out), x.shape[0], x.shape[1])
        return out
`,
  }),
}

/** A vector times a matrix: the library may do it, and what is gained by doing several at once is large. */
const vectorMatrix: KernelsKey = {
  problem: `import torch
import torch.nn as nn

class Model(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(width, width) / width**0.5)

    def forward(self, x):
        return torch.relu(x @ self.weight)

WIDTH = 768

def get_inputs():
    return [torch.randn(1, WIDTH)]

def get_init_inputs():
    return [WIDTH]
`,
  shapes: [],
  device: 'cpu',
  threads: 1,
  solved: 'faster',
  library: 'allowed',
  solution: new Map(),
}

/** Inputs that are never negative, of which ReLU leaves every one as it is. */
const positives: KernelsKey = {
  ...vectorMatrix,
  problem: `import torch
import torch.nn as nn

class Model(nn.Module):
    def forward(self, x):
        return torch.relu(x) * torch.tanh(x)

N = 32768

def get_inputs():
    return [torch.rand(N)]

def get_init_inputs():
    return []
`,
  solved: 'correct',
}

/** Small problems that between them give every attack for a processor something to work on. */
export const problems = { rowScale, vectorMatrix, positives } as const
