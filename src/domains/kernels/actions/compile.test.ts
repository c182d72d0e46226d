import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../../core/environment.ts'
import { fileSet } from '../../../core/files.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import type { Submission } from '../../../core/submission.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { open } from '../environment.ts'
import { hasTorch } from '../judge/testing.ts'
import { answerPaths, problemPath } from '../key.ts'
import { torchPython } from '../python.ts'
import { kernelsIn } from './compile.ts'

const works = (command: string, argv: readonly string[]) => spawnSync(command, argv).status === 0
const torch2 = process.env.TOUCHSTONE_TORCH2
const seconds = 120_000

it('reads what ptxas says, kernel by kernel', () => {
  const log = `ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function '_Z3addPf' for 'sm_75'
ptxas info    : Function properties for _Z3addPf
    16 bytes stack frame, 12 bytes spill stores, 8 bytes spill loads
ptxas info    : Used 255 registers, used 1 barriers, 4096 bytes smem, 360 bytes cmem[0]
ptxas info    : Compiling entry function '_Z3mulPf' for 'sm_75'
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 10 registers, used 0 barriers, 360 bytes cmem[0]
`
  expect(kernelsIn(log)).toEqual([
    {
      kernel: '_Z3addPf',
      architecture: 'sm_75',
      registers: 255,
      spillStores: 12,
      spillLoads: 8,
      sharedBytes: 4096,
    },
    {
      kernel: '_Z3mulPf',
      architecture: 'sm_75',
      registers: 10,
      spillStores: 0,
      spillLoads: 0,
      sharedBytes: 0,
    },
  ])
})

const problem = `import torch

class Model(torch.nn.Module):
    def forward(self, x):
        return x * 2

def get_inputs():
    return [torch.randn(1000)]

def get_init_inputs():
    return []
`

const cudaAnswer = {
  'kernel.cu': `extern "C" __global__ void twice(const float *x, float *out, int n) {
  __shared__ float part[256];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  part[threadIdx.x] = i < n ? 2 * x[i] : 0;
  __syncthreads();
  if (i < n) out[i] = part[threadIdx.x];
}
`,
  'model_new.py': `import torch
import touchstone_kernel as tk

library = tk.cuda("kernel.cu")

class ModelNew(torch.nn.Module):
    def forward(self, x):
        raise NotImplementedError
`,
}

const tritonAnswer = {
  'model_new.py': `import torch
import triton
import triton.language as tl

@triton.autotune([triton.Config({"BLOCK": 512}), triton.Config({"BLOCK": 1024})], key=["n"])
@triton.jit
def twice(x, out, n, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + at, 2 * tl.load(x + at, at < n), at < n)

class ModelNew(torch.nn.Module):
    def forward(self, x):
        out = torch.empty_like(x)
        twice[lambda meta: (triton.cdiv(x.numel(), meta["BLOCK"]),)](x, out, x.numel())
        return out
`,
}

const nvcc =
  works('nvcc', ['--version']) &&
  works('/usr/bin/python3', ['-c', 'import torch; assert not torch.cuda.is_available()'])

// CI has neither compiler.
if (hasTorch() && (nvcc || torch2))
  describe.skipIf(bwrapMissing())('compiling for a GPU that is not there', () => {
    let backend: SandboxBackend
    beforeAll(async () => {
      backend = await bubblewrap()
    })
    afterAll(() => backend[Symbol.asyncDispose]())

    async function inTask<T>(use: (environment: Environment) => Promise<T>): Promise<T> {
      await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
      const files = fileSet({ [problemPath]: problem })
      const limits = { sandbox: { memoryBytes: 4 * 1024 ** 3 }, steps: 1 }
      const brief = {
        files,
        limits,
        settings: { device: 'cuda' },
        answer: { kind: 'files', paths: answerPaths },
      }
      await using environment = await open({ brief } as unknown as Parameters<typeof open>[0], lab)
      return await use(environment)
    }

    if (nvcc)
      it(
        'rates CUDA by what nvcc says of it, and runs nothing',
        async () => {
          const good = await inTask((environment) => environment.rate!(submissionOf(cudaAnswer)))
          expect(good.why).toMatch(
            /twice for sm_\d+: \d+ registers a thread, 1024 bytes of shared memory, no spills/,
          )
          expect(good.why).toContain('not run')
          expect(good.score).toBeLessThan(0.1)
        },
        seconds,
      )

    if (torch2 && works(torch2, ['-c', 'import triton']))
      it(
        'compiles the kernels of Triton that forward launches, and runs nothing',
        async () => {
          const before = process.env.TOUCHSTONE_PYTHON
          process.env.TOUCHSTONE_PYTHON = torch2
          try {
            expect((await torchPython()).gpus).toEqual([])
            const broken = tritonAnswer['model_new.py'].replace('2 * tl.load', '2 @ tl.load')
            const [good, bad] = await inTask(async (environment) => [
              await environment.rate!(submissionOf(tritonAnswer)),
              await environment.rate!(submissionOf({ 'model_new.py': broken })),
            ])
            expect(good.why).toMatch(/twice for sm_90a: \d+ registers a thread/)
            expect(good.why).toContain('nothing of it was run')
            expect(bad.why).toContain('not compiled')
            expect(bad.score).toBeLessThan(good.score)
          } finally {
            if (before === undefined) delete process.env.TOUCHSTONE_PYTHON
            else process.env.TOUCHSTONE_PYTHON = before
          }
        },
        seconds,
      )
  })

function submissionOf(texts: Readonly<Record<string, string>>): Submission {
  return { kind: 'files', files: fileSet(texts) }
}
