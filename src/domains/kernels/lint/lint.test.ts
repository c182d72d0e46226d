import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { Analyst } from '../shapes/analyst.ts'
import { analystFor, problemOf, pythons } from '../shapes/testing.ts'

describe.skipIf(bwrapMissing()).each(pythons)('lints with $name', ({ path }) => {
  let analyst: Analyst
  beforeAll(async () => {
    analyst = await analystFor(path)
  }, 300_000)
  afterAll(() => analyst?.[Symbol.asyncDispose]())
  /** `kind tolerance` of each finding. */
  const kindsOf = async (source: string) => {
    const { findings, failed } = await analyst.lint(source)
    expect(failed).toBeUndefined()
    return [...new Set(findings.map(({ kind, tolerance }) => `${kind} ${tolerance}`))].sort()
  }
  const rand = 'torch.rand(64, 32)'
  const randn = 'torch.randn(64, 32)'

  it.each<[string, Parameters<typeof problemOf>[0], string[]]>([
    [
      'ReLU of what is positive',
      { forward: 'return torch.relu(x)', inputs: rand },
      ['equals-input tight', 'shortcut tight'],
    ],
    [
      'an absolute value of what is positive',
      { forward: 'return x / x.abs().sum(1, keepdim=True)', inputs: rand },
      ['shortcut tight'],
    ],
    ['nothing odd', { forward: 'return torch.relu(x)', inputs: randn }, []],
    ['nothing odd in a chain', { forward: 'return torch.sigmoid(x * 2 - 1).cumsum(1)', inputs: randn }, []],
    ['a scale of one', { forward: 'return torch.tanh(x) * 1.0', inputs: randn }, ['no-effect tight']],
    [
      'a mean that is subtracted from itself',
      {
        forward: 'm = x.max(1, keepdim=True).values\nreturn F.gelu(m - m.mean(1, keepdim=True))',
        inputs: randn,
      },
      [
        'constant-output tight',
        'input-independent tight',
        'no-effect tight',
        'saturated tight',
        'zero-output tight',
      ],
    ],
    [
      'a sigmoid far out',
      { forward: 'return torch.sigmoid(x + 50)', inputs: rand },
      ['constant-output tight', 'input-independent tight', 'saturated tight'],
    ],
    [
      'work that is thrown away',
      { forward: 'y = torch.exp(x) @ x.t()\nreturn torch.sin(x)', inputs: randn },
      ['dead-code tight'],
    ],
    [
      'an input that nobody reads',
      { parameters: 'x, y', forward: 'return torch.sin(x)', inputs: `${randn}, ${randn}` },
      ['unused-input tight'],
    ],
    [
      'random numbers',
      { forward: 'return x + torch.randn_like(x)', inputs: randn },
      ['random-forward tight'],
    ],
    [
      'small numbers',
      { forward: 'return torch.softmax(x, 1)', inputs: 'torch.rand(8, 4096)' },
      ['zero-output loose'],
    ],
    [
      'a mean of many',
      { forward: 'return x.sum(1)', inputs: 'torch.rand(8, 100000)' },
      ['input-independent loose'],
    ],
    [
      'rows that are alike',
      { forward: 'return torch.exp(x.mean(0, keepdim=True)).expand(64, 32) * 3', inputs: randn },
      ['uniform-output tight'],
    ],
    [
      'an early answer',
      {
        forward:
          'y = torch.sin(x).sum(1, keepdim=True) + 2000\nreturn F.gelu(F.leaky_relu(torch.logsumexp(y, 1, keepdim=True)))',
        inputs: rand,
      },
      ['equals-step tight', 'input-independent loose', 'no-effect tight'],
    ],
    [
      'a bias that a normalisation takes away',
      {
        init: 'self.c = nn.Conv1d(4, 4, 3)\n        self.n = nn.InstanceNorm1d(4)',
        forward: 'return self.n(self.c(x))',
        inputs: 'torch.randn(4, 4, 64)',
      },
      ['unused-weight tight'],
    ],
  ])(
    'finds %s',
    async (_, parts, expected) => {
      expect(await kindsOf(problemOf(parts))).toEqual(expected)
    },
    60_000,
  )

  it('says in which world it holds', async () => {
    const { findings } = await analyst.lint(problemOf({ forward: 'return torch.relu(x)', inputs: rand }))
    expect(findings).toContainEqual({
      kind: 'shortcut',
      tolerance: 'tight',
      holds: expect.not.arrayContaining(['signed']),
      message: 'without operator 1 of 1 (relu) the output is the same',
    })
  })
})
