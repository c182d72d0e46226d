import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { type Analysis, costOf, isRunnable, type Runnable, sizeOf } from './analysis.ts'
import type { Analyst } from './analyst.ts'
import { defaultBudget } from './budget.ts'
import { analystFor, problemOf, pythons } from './testing.ts'

describe.skipIf(bwrapMissing()).each(pythons)('the analyst with $name', ({ path }) => {
  let analyst: Analyst
  beforeAll(async () => {
    analyst = await analystFor(path)
  }, 300_000)
  afterAll(() => analyst?.[Symbol.asyncDispose]())
  const runnable = async (source: string, budget = defaultBudget): Promise<Runnable> => {
    const found = await analyst.analyse(source, budget)
    if (!isRunnable(found)) throw new Error(JSON.stringify(found))
    return found
  }

  it('counts what operators do, without allocating anything', async () => {
    const source = problemOf({
      constants: 'M = 1 << 20\nN = 4096 * 16',
      forward: 'return x @ y',
      parameters: 'x, y',
      inputs: 'torch.rand(N, 128), torch.rand(128, N)',
    })
    const { published, scaled } = await runnable(source)
    expect(published.flops).toBe(2 * 65536 ** 2 * 128)
    expect(sizeOf(published)).toBe(4 * (2 * 128 * 65536 + 65536 ** 2))
    expect(scaled?.run).toEqual({ N: 2048 })
    expect(scaled?.published).toEqual({ N: 65536 })
    expect(scaled?.source).toContain('N = 2048\n')
    expect(scaled?.reason).toMatch(/GFLOP is more than 2\.0 GFLOP and .* MB is more than 64\.0 MB/)
    expect(scaled?.cost.flops).toBe(2 * 2048 ** 2 * 128)
  }, 120_000)

  it.each([
    ['nn.Conv2d(8, 16, 3, groups=4)', 'torch.rand(2, 8, 10, 12)', 2 * (2 * 16 * 8 * 10) * (2 * 9)],
    ['nn.ConvTranspose1d(8, 6, 5)', 'torch.rand(2, 8, 20)', 2 * (2 * 8 * 20) * (6 * 5)],
    ['nn.LSTM(8, 16, 2)', 'torch.rand(5, 3, 8)', undefined],
    ['nn.MaxPool3d(2)', 'torch.rand(1, 4, 8, 8, 8)', 4 * 4 ** 3 * 8],
    ['nn.Linear(8, 4)', 'torch.rand(3, 8)', 3 * 4 * (2 * 8 + 1)],
    ['nn.Softmax(1)', 'torch.rand(3, 8)', 4 * 24],
  ])('knows the formula of %s', async (module, inputs, flops) => {
    const found = await runnable(
      problemOf({
        init: `self.m = ${module}`,
        inputs,
        forward: 'out = self.m(x)\nreturn out[0] if isinstance(out, tuple) else out',
      }),
    )
    expect(found.published.unknown).toEqual([])
    const matrices = 5 * 3 * 2 * (64 * 8 + 64 * 16 + 64 * 16 + 64 * 16)
    if (flops === undefined) expect(found.published.flops).toBeGreaterThanOrEqual(matrices)
    expect(found.published.flops).toBeLessThan(1.2 * (flops ?? matrices) + 1)
    if (flops !== undefined) expect(found.published.flops).toBe(flops)
  })

  it('finds constants that the problem runs with, the same each time', async () => {
    const source = problemOf({
      constants: 'batch, features, groups = 64, 96 * 2, 24\nheight = width = 512\nsizes = [4096]',
      init: 'self.norm = nn.GroupNorm(groups, features)',
      forward: 'return self.norm(x).reshape(x.shape[0], -1) @ torch.ones(x[0].numel(), sizes[0])',
      inputs: 'torch.rand(batch, features, height, width)',
    })
    const [first, second] = [await runnable(source), await runnable(source)]
    expect(first.scaled?.run).toEqual(second.scaled?.run)
    expect(first.scaled?.cost.flops).toBeLessThanOrEqual(2e9)
    const { features = 192, groups = 24, height, width } = first.scaled?.run ?? {}
    expect(groups).toBe(24)
    expect(features % 24).toBe(0)
    expect(height).toBe(width)
  }, 120_000)

  it('does not make a norm of few elements out of one of many', async () => {
    const source = problemOf({
      constants: 'rows = 64\nfeatures = 65536\ngroups = 512',
      init: 'self.norm = nn.GroupNorm(groups, features)',
      forward: 'return self.norm(x) @ torch.ones(x.shape[1], 4096)',
      inputs: 'torch.rand(rows, features)',
    })
    const { scaled } = await runnable(source)
    expect((scaled?.run.features ?? 0) / 512).toBeGreaterThanOrEqual(8)
  }, 120_000)

  it('leaves a problem that fits as it is', async () => {
    const found = await runnable(
      problemOf({ constants: 'N = 64', forward: 'return x.relu()', inputs: 'torch.rand(N, N)' }),
    )
    expect(found.scaled).toBeNull()
    expect(costOf(found)).toBe(found.published)
    expect(found.published).toMatchObject({
      flops: 4096,
      inputs: 16384,
      outputs: 16384,
      weights: 0,
      traffic: 32768,
    })
  })

  const why = (found: Analysis) => ('unavailable' in found ? found.unavailable : found)
  it.each([
    [
      'too-large',
      problemOf({ forward: 'return x @ x', inputs: 'torch.rand(9000, 9000)' }),
      /none of its named constants/,
    ],
    ['does-not-load', 'import nothing_that_is_there\n', /nothing_that_is_there/],
    ['does-not-load', 'x = 1\n', /defines no Model/],
    ['does-not-run', problemOf({ forward: 'return x.missing()', inputs: 'torch.rand(2)' }), /missing/],
    ['does-not-run', problemOf({ forward: 'raise SystemExit(0)', inputs: 'torch.rand(2)' }), /SystemExit/],
    [
      'degenerate',
      problemOf({ forward: 'return F.gelu(x) * 0', inputs: 'torch.rand(8, 2)' }),
      /ignores its inputs/,
    ],
    [
      'degenerate',
      problemOf({ forward: 'return F.dropout(x)', inputs: 'torch.rand(8, 2)' }),
      /draws random numbers/,
    ],
    ['died', `import os\nos._exit(0)\n`, /ended/],
    ['died', `import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n`, /ended/],
    ['time', `while True: pass\n`, /more than 3 s/],
  ])('says %s where a problem cannot be run', async (kind, source, message) => {
    expect(why(await analyst.analyse(source, defaultBudget, 3))).toMatchObject({
      kind,
      why: expect.stringMatching(message),
    })
  })

  it.each([
    ['whole numbers', { forward: 'return x * 2', inputs: 'torch.randint(0, 9, (8, 2))' }],
    ['no tensors', { forward: 'return torch.ones(4) * x', inputs: '3' }],
    [
      'part of the output',
      { forward: 'return torch.ones(9), torch.cat([torch.ones(99), x])', inputs: 'torch.rand(1)' },
    ],
  ])('does not take for degenerate: %s', async (_, parts) => {
    await runnable(problemOf(parts))
  })

  it('is not disturbed by what a problem prints, closes or leaves behind', async () => {
    const noise = `import os, sys
print('{"n": 1, "ok": true}')
os.write(1, b'{"n": 2, "ok": true, "published": {}}\\n')
for each in range(3, 100):
    try: os.write(each, b'{"value": 1}')
    except OSError: pass
if os.fork() == 0:
    while True: pass
`
    const source = noise + problemOf({ forward: 'return x + 1', inputs: 'torch.rand(8)' })
    const found = await analyst.analyse(source, defaultBudget, 4)
    // What it wrote into its own answer spoils that, and no other.
    expect(why(found)).toMatchObject({ kind: expect.stringMatching(/died|time/) })
    await runnable(problemOf({ forward: 'return x + 1', inputs: 'torch.rand(8)' }))
  })

  it('writes other constants in their places and keeps the rest', async () => {
    const source = '# größe\nN = 2048 * 2  # rows\nD, H = 16, 32\na = b = 8\nsizes = [64, 32]\nscale = 2.0\n'
    expect(await analyst.rewrite(source, { N: 5, H: 7, a: 9, b: 9, sizes_1: 3 })).toBe(
      '# größe\nN = 5  # rows\nD, H = 16, 7\na = b = 9\nsizes = [64, 3]\nscale = 2.0\n',
    )
    await expect(analyst.rewrite(source, { M: 1 })).rejects.toThrow('binds no M')
    await expect(analyst.rewrite(source, { a: 1, b: 2 })).rejects.toThrow('one number')
    await expect(analyst.rewrite(source, { scale: 1 })).rejects.toThrow('binds no scale')
  })
})
