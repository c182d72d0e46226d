import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FileSet, fileSet } from '../../../core/files.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { findOut } from './found.ts'
import { hasTorch, openRoom, type Room, smallKey } from './testing.ts'

const problem = `
import torch
import torch.nn as nn

class Model(nn.Module):
    def forward(self, x):
        return torch.exp(torch.tanh(x)) * torch.sigmoid(x)

def get_inputs():
    return [torch.randn(512, 256)]

def get_init_inputs():
    return []
`
/** Cut into strips for so many threads; `more` is done at the end of every call. */
const answer = (threads: number, more = ''): FileSet =>
  fileSet({
    'kernel.cpp': `#include <atomic>
#include <cmath>
#include <cstdint>
#include <thread>
static std::atomic<bool> awake{false};
extern "C" void chain(const float *x, float *out, int64_t n) {
#pragma omp parallel for num_threads(${threads})
    for (int64_t i = 0; i < n; i++) out[i] = std::exp(std::tanh(x[i])) / (1.0f + std::exp(-x[i]));
    ${more}
}
`,
    'model_new.py': `import torch
import torch.nn as nn
import touchstone_kernel as tk

library = tk.cpp("kernel.cpp")
library.chain.argtypes = [tk.Pointer, tk.Pointer, tk.Size]

class ModelNew(nn.Module):
    def forward(self, x):
        out = torch.empty_like(x)
        library.chain(tk.pointer(x), tk.pointer(out), x.numel())
        return out
`,
  })

if (hasTorch())
  describe.skipIf(bwrapMissing())('a task for two threads', () => {
    let room: Room
    beforeAll(async () => {
      room = await openRoom({ ...smallKey, problem, shapes: [], threads: 2 })
    }, 120_000)
    afterAll(() => room[Symbol.asyncDispose](), 120_000)
    const patience = { leastPairs: 7, mostPairs: 10, seconds: 3, width: 0.05 }
    const found = (files: FileSet) => findOut(room.staff, room.setting, files, { seed: 'threads', patience })

    it('is timed by the wall, and gains nothing by more threads', async () => {
      const [two, eight] = [await found(answer(2)), await found(answer(8))]
      expect([two.fault, eight.fault]).toEqual([undefined, undefined])
      expect(eight.timed!.speedup.median).toBeLessThan(2 * two.timed!.speedup.median)
    }, 120_000)

    it('refuses a thread that goes on when forward has returned', async () => {
      const left = 'if (!awake.exchange(true)) std::thread([] { for (;;) awake = true; }).detach();'
      expect((await found(answer(1, left))).fault?.reason).toBe('works-between')
    }, 120_000)
  })
