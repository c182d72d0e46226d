import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { KernelsKey } from '../key.ts'
import { problemOf } from '../shapes/testing.ts'
import { type Tried, tellingKind } from './degenerate.ts'
import type { Examiner, Regime } from './examiner.ts'
import { judge } from './index.ts'
import { answer, hasTorch, openRoom, type Room, smallKey } from './testing.ts'

const seconds = 120_000
const [randn, rand] = ['torch.randn(16, 8)', 'torch.rand(16, 8)']
/** With the statistics that they start with, forty such layers leave nothing of what comes in. */
const deep = problemOf({
  init: `self.layers = nn.Sequential(*[m for _ in range(40) for m in (nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())])
        self.last = nn.Linear(4, 5)`,
  forward: 'return self.last(self.layers(x).mean((2, 3)))',
  inputs: 'torch.rand(2, 4, 8, 8)',
})

if (hasTorch())
  describe.skipIf(bwrapMissing())('the examiner of kernels', () => {
    let room: Room
    let examiner: Examiner
    beforeAll(async () => {
      room = await openRoom(smallKey)
      examiner = await room.staff.examiner
    }, seconds)
    afterAll(() => room[Symbol.asyncDispose](), seconds)

    /** Kinds of inputs for which what is right for the first of them is not right for all. */
    async function telling(
      problem: string,
      regimes: readonly Regime[] = ['given', 'given', 'signed', 'signed', 'large', 'large'],
    ) {
      await examiner.problem(problem, {}, 7)
      await examiner.allot(1)
      const told = new Set<Regime>()
      for (const [draw, regime] of regimes.entries()) {
        await examiner.draw(regime, `${draw}`, 1)
        const { usable, near, alike } = await examiner.expect(regime)
        expect([usable, near]).toEqual([true, true])
        if (!alike) told.add(regime)
      }
      return [...told]
    }

    it.each<[string, Parameters<typeof problemOf>[0] | string, Regime[]]>([
      ['a deep network with normalisations', deep, ['given', 'signed', 'large']],
      ['a bias in the place of a signal', { forward: 'return x[:, :2] * 1e-9 + 3', inputs: randn }, []],
      [
        'a number that only large inputs change',
        { forward: 'return torch.relu(x - 5).sum(1)', inputs: rand },
        ['large'],
      ],
      [
        'another number for each kind of inputs',
        {
          forward: 'return torch.tanh(x.amax() * 1e4).expand(4) + (x.amin() < 0) + (x.amax() > 100) * 2.0',
          inputs: rand,
        },
        [],
      ],
      [
        'a single element that depends on its inputs',
        { forward: 'y = torch.ones(64, 64)\ny[3, 5] = x.sum()\nreturn y', inputs: randn },
        ['given', 'signed', 'large'],
      ],
      [
        'inputs that are whole numbers',
        { forward: 'return (x * 2).bitwise_and(6)', inputs: 'torch.randint(0, 9, (16, 8))' },
        ['given', 'signed', 'large'],
      ],
    ])(
      'sees whether outputs tell inputs apart: %s',
      async (_, parts, expected) => {
        expect(await telling(typeof parts === 'string' ? parts : problemOf(parts))).toEqual(expected)
      },
      seconds,
    )

    it(
      'sees that forward draws random numbers',
      async () => {
        await examiner.problem(problemOf({ forward: 'return x + torch.randn_like(x)', inputs: randn }), {}, 7)
        await examiner.allot(1)
        await examiner.draw('given', '', 1)
        expect(await examiner.expect('given')).toMatchObject({ usable: true, near: false })
      },
      seconds,
    )

    it(
      'binds names of a tuple, of a list and of one number together to other numbers',
      async () => {
        const constants = 'a = b = 8\nD, H = 16, 32\nsizes = [64, 32]'
        const inputs = 'torch.rand(a, b, D, H, sizes[1])'
        const { inputs: layouts } = await examiner.problem(
          problemOf({ constants, forward: 'return x + 1', inputs }),
          { a: 3, b: 3, H: 2, sizes_1: 5 },
          7,
        )
        expect(layouts[0]?.shape).toEqual([3, 3, 16, 2, 5])
        await expect(
          examiner.problem(problemOf({ forward: 'return x', inputs: rand }), { N: 2 }, 7),
        ).rejects.toThrow('binds no N')
      },
      seconds,
    )

    it(
      'makes a trial void where an answer that ignores its inputs would be right',
      async () => {
        const nothing = 'torch.relu(-1 - x.abs() * self.scale.abs())'
        const key: KernelsKey = {
          ...smallKey,
          problem: smallKey.problem.replace(/torch\.softmax.*/, nothing),
        }
        const task = { key } as Parameters<typeof judge>[0]
        const submission = answer('return torch.zeros_like(x)')
        await expect(judge(task, submission, room.lab)).rejects.toMatchObject({
          code: 'degenerate-problem',
          retryable: false,
        })
      },
      seconds,
    )
  })

describe('what tells an answer that ignores its inputs', () => {
  const triedOf = (text: string): Tried[] =>
    text.split(' ').map((part) => ({ regime: part.slice(1) as Regime, alike: part.startsWith('=') }))

  it('is the problem’s own inputs where they do', () => {
    expect(tellingKind(triedOf('=given =given !given =signed =zero'))).toBe('given')
  })
  it('is another kind where those do not, with which time is taken', () => {
    expect(tellingKind(triedOf('=given =given =signed =large !large'))).toBe('large')
    expect(tellingKind(triedOf('=given =signed !signed !large'))).toBe('signed')
  })
  it('is nothing where all are alike', () => {
    expect(() => tellingKind(triedOf('=given =given =signed =large =zero'))).toThrow(
      'no answer to this problem can be judged',
    )
  })
})
