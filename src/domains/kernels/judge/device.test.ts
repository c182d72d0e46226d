import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { gpuDevices, gpuView } from '../gpu.ts'
import type { KernelsKey } from '../key.ts'
import { deviceSeconds, eagerSeconds, undisturbed } from './device.ts'
import { judgeBefore } from './index.ts'
import { answer, hasTorch, openRoom, type Room, smallKey } from './testing.ts'

const seconds = 120_000

describe('time on a device', () => {
  const eager = Array.from({ length: 5 }, () => [{ inside: 1, total: 3 }])
  const times = (inside: number, total: number) => deviceSeconds([[{ inside, total }]], eager)

  it('is that of the call, where carrying takes no longer than it takes eager', () => {
    expect(eagerSeconds(eager)).toEqual([1, 1, 1, 1, 1])
    expect(times(0.5, 2.5)).toEqual([0.5])
    expect(times(0.5, 2)).toEqual([0.5])
  })

  it('has all that is done while values are carried', () => {
    expect(times(0.1, 3.1)).toEqual([1.1])
  })

  it('of eager counts no more than it takes when the answer is gone', () => {
    expect(undisturbed([2, 3, 2], [1, 1, 9])).toBe(0.5)
    expect(undisturbed([1, 1, 1], [2, 2, 2])).toBe(1)
  })
})

describe('the devices of a GPU', () => {
  it('are what CUDA opens, with the parts that may be used', () => {
    const directory = mkdtempSync(join(tmpdir(), 'devices-'))
    try {
      mkdirSync(join(directory, 'nvidia-caps'))
      const files = [
        'nvidia0',
        'nvidia1',
        'nvidiactl',
        'nvidia-uvm',
        'nvidia-uvm-tools',
        'nvidia-modeset',
        'null',
      ]
      for (const name of files) writeFileSync(join(directory, name), '')
      writeFileSync(join(directory, 'nvidia-caps/nvidia-cap1'), '', { mode: 0o400 })
      writeFileSync(join(directory, 'nvidia-caps/nvidia-cap2'), '', { mode: 0o444 })
      expect(gpuDevices(directory).map((path) => path.slice(directory.length + 1))).toEqual([
        'nvidia-uvm',
        'nvidia-uvm-tools',
        'nvidia0',
        'nvidia1',
        'nvidiactl',
        'nvidia-caps/nvidia-cap2',
      ])
      expect(gpuDevices(join(directory, 'nowhere'))).toEqual([])
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('are refused with what to do next where PyTorch sees none', () => {
    const python = { path: '', python: '3.11', torch: '2.13', directories: [], gpus: [] }
    expect(() => gpuView(python)).toThrow(/compile/)
    expect(gpuView({ ...python, gpus: ['one'], driver: '/usr/lib/driver' }).env).toMatchObject({
      LD_LIBRARY_PATH: '/usr/lib/driver',
    })
  })
})

/** Eager does its work four times, of some milliseconds each. */
const heavy: KernelsKey = {
  ...smallKey,
  problem: `import torch
import torch.nn as nn

class Model(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(columns))

    def forward(self, x):
        for _ in range(4):
            y = torch.softmax(x @ x.t() / 64 * self.scale, dim=-1)
        return y

def get_inputs():
    return [torch.randn(256, 256)]

def get_init_inputs():
    return [256]
`,
  shapes: [],
}
const once = 'torch.softmax(x @ x.t() / 64 * self.scale, dim=-1)'

/** Computes eight times, and lets the call itself find its output ready. */
const early = `
own, copy = {}, torch.Tensor.copy_

def work(self, x):
    return ${once}

def eager(there, here, *rest, **more):
    done = copy(there, here, *rest, **more)
    model = own.get("model")
    if model is not None and there.shape == (256, 256):
        with torch.no_grad():
            for _ in range(8):
                own[there.data_ptr()] = work(model, there)
    return done

torch.Tensor.copy_ = eager
`
const earlyBody = `own["model"] = self
ready = own.pop(x.data_ptr(), None)
return work(self, x) if ready is None else ready`

if (hasTorch())
  describe.skipIf(bwrapMissing())('the judge with a device that stands in for a GPU', () => {
    let room: Room
    beforeAll(async () => {
      const patience = { leastPairs: 5, mostPairs: 5, seconds: 1, width: 1 }
      room = await openRoom(heavy, { device: 'stand-in', patience })
    }, seconds)
    afterAll(() => room[Symbol.asyncDispose](), seconds)

    it(
      'calls a right answer faster that does less',
      async () => {
        const verdict = await judgeBefore(room.staff, room.setting, answer(`return ${once}`))
        expect(verdict.reason, verdict.findings[0]?.message).toBe('faster')
      },
      seconds,
    )

    it(
      'is not misled by an answer that works while its inputs are carried',
      async () => {
        const verdict = await judgeBefore(room.staff, room.setting, answer(earlyBody, early))
        expect(verdict.reason, verdict.findings[0]?.message).toBe('correct')
        const value = (name: string) => verdict.metrics.find((metric) => metric.name === name)?.value
        // Were it misled, it would be eight times or more.
        expect(value('speedup')).toBeLessThan(2)
      },
      seconds,
    )

    it.each([
      [
        'outputs on another device',
        'return torch.empty(x.shape, device="meta")',
        'wrong',
        'has to be where the inputs are',
      ],
      ['changed inputs', `y = ${once}\nx.zero_()\nreturn y`, 'mutates-inputs', 'input 0'],
    ])(
      'tells of %s',
      async (_, body, reason, words) => {
        const verdict = await judgeBefore(room.staff, room.setting, answer(body))
        expect(verdict.reason, verdict.findings[0]?.message).toBe(reason)
        expect(verdict.findings[0]?.message).toContain(words)
      },
      seconds,
    )
  })
