import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentOf } from '../src/agents/index.ts'
import type { Domain } from '../src/core/domain.ts'
import type { Environment } from '../src/core/environment.ts'
import { fileSet } from '../src/core/files.ts'
import { limitsSchema } from '../src/core/limits.ts'
import type { SandboxBackend } from '../src/core/sandbox.ts'
import type { Task } from '../src/core/task.ts'
import { problemIn } from '../src/domains/kernels/actions/problem.ts'
import { open } from '../src/domains/kernels/environment.ts'
import { judge } from '../src/domains/kernels/judge/index.ts'
import { type KernelsKey, readKey } from '../src/domains/kernels/key.ts'
import { openModel } from '../src/models/index.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'
import { temporaryDirectory } from './support/temporary.ts'
import { tryOut } from './support/trial.ts'

/** Many steps on few values: eager has much to fuse, and a judgement is short. */
const problem = `import torch
import torch.nn as nn

ROWS = 128


class Model(nn.Module):
    def forward(self, x):
        for _ in range(6):
            x = x * 0.9 + 0.1
            x = torch.where(x > 0, x, 0.2 * x)
        return x


def get_inputs():
    return [torch.randn(ROWS, 256)]


def get_init_inputs():
    return []
`
const python = `import torch
import touchstone_kernel as tk

lib = tk.cpp("kernel.cpp")
lib.chain.argtypes = [tk.Pointer, tk.Pointer, tk.Size]


class ModelNew(torch.nn.Module):
    def forward(self, x):
        x = x.contiguous()
        out = torch.empty_like(x)
        lib.chain(tk.pointer(x), tk.pointer(out), x.numel())
        return out
`
const chain = (steps: number, pragma = '') => `#include <cstdint>
extern "C" void chain(const float* x, float* out, int64_t n) {
${pragma}
  for (int64_t i = 0; i < n; ++i) {
    float v = x[i];
    for (int step = 0; step < ${steps}; ++step) {
      v = v * 0.9f + 0.1f;
      v = v > 0 ? v : 0.2f * v;
    }
    out[i] = v;
  }
}
`
/** The same, with the loop kept from becoming vector instructions. */
const slow = chain(6, '#pragma GCC novector')
  .replace('for (int64_t i', 'volatile int64_t sink = 0;\n  for (int64_t i')
  .replace('out[i] = v;', 'out[i] = v; sink = i;')
const files = (kernel: string) => fileSet({ 'model_new.py': python, 'kernel.cpp': kernel })
const reply = (kernel: string) =>
  `model_new.py\n\`\`\`python\n${python}\`\`\`\n\nkernel.cpp\n\`\`\`cpp\n${kernel}\`\`\``

const brief = {
  instructions: 'Make it faster.',
  files: fileSet({ 'problem.py': problem }),
  answer: { kind: 'files' as const, paths: ['model_new.py', 'kernel.cpp', 'kernel.cu'], maxBytes: 1e6 },
  limits: limitsSchema.parse({
    wallSeconds: 600,
    sandbox: { memoryBytes: 4 * 1024 ** 3, processes: 256, cpuSeconds: 1800 },
  }),
  feedback: { consultations: 0, detail: 'findings' as const },
}
const key: KernelsKey = { ...problemIn(brief), shapes: [{ ROWS: 3 }] }
const task: Task<KernelsKey> = {
  id: 'chain',
  domain: 'kernels',
  brief,
  key,
  origin: { suite: 'tests', source: 'here', version: '1', licence: 'MIT' },
  errata: [],
}

describe('the environment of kernels', () => {
  let backend: SandboxBackend
  let lab: ReturnType<typeof openLab>
  let environment: Environment
  beforeAll(async () => {
    backend = await bubblewrap()
    lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
    environment = await open({ brief }, lab)
  })
  afterAll(async () => {
    await environment[Symbol.asyncDispose]()
    await lab[Symbol.asyncDispose]()
    await backend[Symbol.asyncDispose]()
  })
  const act = (name: string, input: unknown = {}) => environment.act(name, input)
  const place = (kernel: string) => environment.place({ kind: 'files', files: files(kernel) })
  const rate = (kernel: string) => environment.rate!({ kind: 'files', files: files(kernel) })

  it('says what the compiler says, and which loops became vector instructions', {
    timeout: 120_000,
  }, async () => {
    await place('int chain = ;')
    const refused = await act('compile')
    expect([refused.ok, refused.text]).toEqual([false, expect.stringMatching(/kernel\.cpp:1:13: error/)])
    await place(chain(6))
    const compiled = await act('compile')
    expect([compiled.ok, compiled.text]).toEqual([true, expect.stringMatching(/loop vectorized/)])
    expect((await act('bash', { command: '/bin/echo $PYTHONPATH; exit 3' })).text).toContain('exit code 3')
  })

  it('says where an answer is wrong, and by how much', { timeout: 120_000 }, async () => {
    await place(chain(5))
    const { ok, text, data } = await act('test')
    expect([ok, text]).toEqual([
      false,
      expect.stringMatching(
        /wrong: .* at \[\d+, \d+\] is \S+, expected \S+; [\d,]+ of 32,768 elements differ/,
      ),
    ])
    expect(data).toMatchObject({ correct: false, reason: 'wrong', speedup: null })
  })

  it('tells what the judge would reject: work that a library does', { timeout: 120_000 }, async () => {
    const own = problem.replace('class Model(', 'class ModelNew(')
    await environment.place({ kind: 'files', files: fileSet({ 'model_new.py': own }) })
    const { ok, text, data } = await act('test')
    expect([ok, text]).toEqual([
      false,
      expect.stringMatching(/^library: .* operators .*mul.*The judge rejects/s),
    ])
    expect(data).toMatchObject({ correct: false, reason: 'library' })
  })

  it('measures a right one against eager, and tells what could be had', { timeout: 240_000 }, async () => {
    await place(chain(6))
    const { ok, data } = await act('measure')
    expect(ok).toBe(true)
    expect((data as { speedup: { median: number } }).speedup.median).toBeGreaterThan(1.5)
    const profile = await act('profile')
    expect(profile.text).toMatch(/aten::mul: \d+ %.*FLOP\/s, .*B\/s/)
    expect(profile.text).toMatch(/The least that a call has to do: .*262 kB/)
    expect((await act('profile', { of: 'answer' })).text).toContain('kernels of its own')
  })

  it('rates what is wrong by how far it comes', { timeout: 240_000 }, async () => {
    const rated = []
    for (const kernel of ['int chain = ;', 'int other = 1;', chain(5)]) rated.push(await rate(kernel))
    expect(rated.map(({ score }) => score)).toEqual([0.01, 0.02, 0.05])
    expect(rated.map(({ why }) => why.split(':')[0])).toEqual(['does-not-compile', 'does-not-load', 'wrong'])
    expect((await environment.rate!({ kind: 'files', files: new Map() })).score).toBe(0)
  })

  it('stops in the middle of a measurement, and measures the next one', { timeout: 180_000 }, async () => {
    const stop = new AbortController()
    const hangs = 'import time\ntime.sleep(1000)\n'
    const rating = environment.rate!(
      { kind: 'files', files: fileSet({ 'model_new.py': hangs }) },
      stop.signal,
    )
    setTimeout(() => stop.abort(new Error('enough')), 3000)
    await expect(rating).rejects.toThrow('enough')
    expect((await rate(chain(5))).why).toMatch(/^wrong/)
  })

  // Four answers and a judgement: minutes on a busy machine.
  if (process.env.TOUCHSTONE_LONG) {
    it('lets refine mend an answer by what the verifier says, and hands in the fastest', {
      timeout: 400_000,
    }, async () => {
      const domain = {
        name: 'kernels',
        judgedBy: '',
        tools: [],
        loaders: [],
        attacks: [],
        readKey: () => key,
        open: (scene, _, at) => open(scene, at),
        judge,
      } satisfies Domain<KernelsKey>
      const said = (last: string, kernel: string) => ({ when: { last }, reply: { text: reply(kernel) } })
      const script = {
        price: { input: 1, output: 10 },
        rules: [
          said('does-not-compile', chain(5)),
          said('wrong: ', slow),
          said('certainly faster than eager', chain(6)),
          { when: {}, reply: { text: reply('int chain = ;') } },
        ],
      }
      const path = `${await temporaryDirectory()}/script.json`
      await writeFile(path, JSON.stringify(script))
      await using model = await openModel(`scripted/${path}`)
      const { end, recorder } = await tryOut(agentOf('refine:rounds=4,patience=4', domain as Domain), {
        task,
        domain: domain as Domain,
        model,
        openLab: (seed, signal) => openLab(backend, { seed, signal }),
        graceSeconds: 10,
      })
      const candidates = recorder.of('candidate')
      expect(candidates.map(({ words }) => /^Rated \S+ (\S+)/.exec(words)?.[1])).toEqual([
        'does-not-compile:',
        'wrong:',
        'It',
        'It',
      ])
      expect(candidates.map(({ parent }) => parent)).toEqual([null, 1, 2, 3])
      expect(candidates.every(({ cost }) => cost.machineSeconds > 0 && (cost.costUsd ?? 0) > 0)).toBe(true)
      expect(end).toMatchObject({ end: 'judged', verdict: { outcome: 'solved', reason: 'faster' } })
    })
  }
})

describe('a brief', () => {
  it('tells what the judge goes by, or the task is broken', () => {
    const parts = { tests: new Map(), solution: new Map(), environment: brief.files, answer: brief.answer }
    const read = (settings: Record<string, unknown>, told: Parameters<typeof readKey>[0]['brief']) =>
      readKey({ ...parts, settings, brief: told })
    expect(read({ threads: 2 }, { threads: 2 }).threads).toBe(2)
    expect(() => read({ threads: 2 }, {})).toThrow(/threads = 2, .* threads = 1; write the same/)
    expect(() => read({}, { library: 'allowed' })).toThrow(/library/)
    expect(() => read({}, { tempo: 1 })).toThrow(/tempo/)
  })
})
