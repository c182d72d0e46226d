import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Task } from '../../../core/task.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { KernelsKey } from '../key.ts'
import { compiles } from './compiled.ts'
import { sit } from './index.ts'
import { answer, openRoom, right, smallKey } from './testing.ts'

const torch2 = process.env.TOUCHSTONE_TORCH2

describe('torch.compile as a baseline', () => {
  it('is there from PyTorch 2.0 on', () => {
    const of = (torch: string) => compiles({ path: '', python: '', torch, directories: [], gpus: [] })
    expect(['1.13.0a0', '2.0.0', '2.13.0+cpu', '10.1'].map(of)).toEqual([false, true, true, true])
  })

  // CI has Debian's torch 1.13 alone.
  if (torch2)
    describe.skipIf(bwrapMissing())('with PyTorch 2', () => {
      afterEach(() => {
        vi.unstubAllEnvs()
      })

      it('is timed beside eager; what it cannot compile is said, and judged all the same', async () => {
        vi.stubEnv('TOUCHSTONE_PYTHON', torch2)
        await using room = await openRoom(smallKey)
        const judged = async (key: KernelsKey) => {
          await using sitting = await sit({ key } as Task<KernelsKey>, room.lab)
          return await sitting.judge(answer(right), room.lab)
        }
        const fine = await judged(smallKey)
        const names = fine.metrics.map(({ name }) => name)
        expect(names).toEqual(expect.arrayContaining(['speedup-compile', 'speedup-compile-low']))
        const broken = await judged({ ...smallKey, problem: `${smallKey.problem}\ntorch.compile = None\n` })
        expect(broken.outcome).toBe('solved')
        expect(broken.metrics.map(({ name }) => name)).not.toContain('speedup-compile')
        expect(broken.unchecked.join()).toContain('torch.compile: ')
      }, 400_000)
    })
})
