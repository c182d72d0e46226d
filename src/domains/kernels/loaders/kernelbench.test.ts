import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { textOf } from '../../../core/files.ts'
import type { Task } from '../../../core/task.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { KernelsKey } from '../key.ts'
import { problemOf } from '../shapes/testing.ts'
import { kernelbench, readVariant } from './kernelbench.ts'

const large = problemOf({
  constants: 'M = 4096 * 4\nN = 8192',
  forward: 'return torch.relu(x)',
  inputs: 'torch.rand(M, N)',
})
const small = problemOf({ forward: 'return x + 1', inputs: 'torch.rand(8, 8)' })
const stuck = problemOf({ forward: 'return x + 1', inputs: 'torch.rand(8192, 8192)' })
const hollow = problemOf({ forward: 'return torch.relu(-1 - x.abs())', inputs: 'torch.rand(8, 8)' })

describe('KernelBench', () => {
  let root = ''
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'kernelbench-'))
    vi.stubEnv('XDG_CACHE_HOME', join(root, 'cache'))
    const write = async (path: string, text: string) => {
      await mkdir(join(root, 'checkout/KernelBench', path, '..'), { recursive: true })
      await writeFile(join(root, 'checkout/KernelBench', path), text)
    }
    await write('level1/10_Large_ReLU.py', large)
    await write('level1/2_Small.py', small)
    await write('level1/notes.txt', 'not a problem')
    await write('level2/1_Gemm_x(1).py', stuck)
    await write('level2/3_Hollow.py', hollow)
    await write('level4/1_gpt2_bs1_seq8.py', 'import torch\nfrom transformers import AutoConfig\n')
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(root, { recursive: true, force: true })
  })
  const load = (directory = 'checkout', variant?: string) =>
    kernelbench.load(join(root, directory), { errata: false, ...(variant !== undefined && { variant }) })

  it('lists a checkout without running Python', async () => {
    vi.stubEnv('TOUCHSTONE_PYTHON', '/nonexistent/python')
    const suite = await load()
    expect(suite.tasks.map(({ id }) => id)).toEqual([
      'level1-2_Small',
      'level1-10_Large_ReLU',
      'level2-1_Gemm_x_1_',
      'level2-3_Hollow',
    ])
    expect(suite.tasks[1]).toMatchObject({ title: 'Large ReLU', category: 'level 1' })
    expect(suite.unavailable).toEqual([
      expect.objectContaining({ id: 'level4-1_gpt2_bs1_seq8', kind: 'needs-network', category: 'level 4' }),
    ])
    expect(suite.version).toMatch(/^sha256-/)
  })

  it('reads the levels, one level, and a directory of problems', async () => {
    expect((await load('checkout/KernelBench')).tasks).toHaveLength(4)
    expect((await load('checkout/KernelBench/level1')).tasks.map(({ id }) => id)).toEqual([
      'level1-2_Small',
      'level1-10_Large_ReLU',
    ])
    const one = await load('checkout', 'level2')
    expect(one).toMatchObject({ name: 'kernelbench-level2', tasks: [{ id: 'level2-1_Gemm_x_1_' }, {}] })
    await mkdir(join(root, 'mine'))
    await writeFile(join(root, 'mine/1_Mine.py'), small)
    expect((await load('mine')).tasks.map(({ id }) => id)).toEqual(['1_Mine'])
  })

  it('says what is wrong with a source or a variant', async () => {
    await expect(load('cache')).rejects.toThrow('cannot be read')
    await mkdir(join(root, 'empty'))
    await expect(load('empty')).rejects.toThrow('neither level1')
    await expect(load('checkout', 'level3')).rejects.toThrow('no level3')
    await expect(load('checkout/KernelBench/level1', 'level2')).rejects.toThrow('is not level 2')
    await expect(load('checkout', 'hard')).rejects.toThrow('neither a level nor a budget')
  })

  it('reads budgets from the variant', () => {
    expect(readVariant(undefined)).toEqual({ level: null, budget: { flops: 2e9, bytes: 64e6 } })
    expect(readVariant('level2,10gflop,1.5GB')).toEqual({ level: 2, budget: { flops: 10e9, bytes: 1.5e9 } })
    expect(() => readVariant('level5')).toThrow('neither')
    expect(() => readVariant('0mb')).toThrow('neither')
  })

  it.skipIf(bwrapMissing())(
    'makes a large problem smaller, tells why, and knows what cannot be run the next time',
    async () => {
      const suite = await load()
      const tasks = new Map(suite.tasks.map((entry) => [entry.id, entry]))
      const [scaled, asIs] = (await Promise.all([
        tasks.get('level1-10_Large_ReLU')?.load(),
        tasks.get('level1-2_Small')?.load(),
      ])) as Task<KernelsKey>[]
      expect(scaled?.key.scaling).toEqual({
        published: { M: 16384, N: 8192 },
        run: { M: 2048, N: 2048 },
        reason: '1073.7 MB is more than 64.0 MB',
      })
      expect(scaled?.key.problem).toContain('M = 2048\nN = 2048\n')
      expect(scaled && textOf(scaled.brief.files, 'problem.py')).toBe(scaled?.key.problem)
      expect(scaled?.key.library).toBe('forbidden')
      expect(scaled?.brief.instructions).toContain('ModelNew')
      expect(asIs?.key).toMatchObject({ problem: small, device: 'cpu', threads: 1, solved: 'faster' })
      expect(asIs?.key.scaling).toBeUndefined()
      await expect(tasks.get('level2-1_Gemm_x_1_')?.load()).rejects.toThrow('too-large')
      await expect(tasks.get('level2-3_Hollow')?.load()).rejects.toThrow('ignores its inputs')
      vi.stubEnv('PATH', '')
      const again = await load()
      expect(again.unavailable?.map(({ id, kind }) => [id, kind])).toEqual([
        ['level2-1_Gemm_x_1_', 'too-large'],
        ['level2-3_Hollow', 'degenerate'],
        ['level4-1_gpt2_bs1_seq8', 'needs-network'],
      ])
      expect((await again.tasks[1]?.load()) as Task<KernelsKey>).toEqual(scaled)
    },
    120_000,
  )
})
