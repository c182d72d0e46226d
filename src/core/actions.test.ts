import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { deed, orLimit, perform, toolSpecs } from './actions.ts'
import { InfrastructureError, LimitReached, UsageError } from './errors.ts'
import type { Finished } from './sandbox.ts'

const deeds = {
  double: deed({
    description: 'Doubles.',
    input: z.object({ value: z.number().default(1) }),
    run: async ({ value }) => ({ ok: true, text: String(value * 2) }),
  }),
  fail: deed({
    description: 'Throws what it is told.',
    input: z.object({ how: z.enum(['usage', 'infrastructure', 'limit']) }),
    run: async ({ how }) => {
      if (how === 'usage') throw new UsageError('bad-path', '"../x" is not a path')
      if (how === 'limit') throw new LimitReached('memory', 'too much')
      throw new InfrastructureError('gone', 'the sandbox is gone')
    },
  }),
}

describe('perform', () => {
  it('does what the deed does, with its input parsed', async () => {
    expect(await perform(deeds, 'double', {})).toEqual({ ok: true, text: '2' })
  })

  it.each(['triple', 'toString', '__proto__', ''])('an unknown name %j is an observation', async (name) => {
    expect(await perform(deeds, name, {})).toMatchObject({
      ok: false,
      text: expect.stringContaining('double, fail'),
    })
  })

  it.each([undefined, null, 7, 'text', [], { value: 'x' }])(
    'a wrong input %j is an observation',
    async (input) => {
      expect(await perform(deeds, 'double', input)).toMatchObject({
        ok: false,
        text: expect.stringContaining('The input of "double" is not right'),
      })
    },
  )

  it("the agent's mistake is an observation, everything else is thrown on", async () => {
    expect(await perform(deeds, 'fail', { how: 'usage' })).toEqual({
      ok: false,
      text: '"../x" is not a path',
    })
    await expect(perform(deeds, 'fail', { how: 'limit' })).rejects.toThrow(LimitReached)
    await expect(perform(deeds, 'fail', { how: 'infrastructure' })).rejects.toThrow(InfrastructureError)
  })
})

it('a tool is an object schema of what may be given', () => {
  const [double] = toolSpecs(deeds)
  expect(double).toMatchObject({ name: 'double', description: 'Doubles.', inputSchema: { type: 'object' } })
  expect(double?.inputSchema).not.toHaveProperty('required')
  expect(toolSpecs(deeds)[0]?.inputSchema).toBe(double?.inputSchema)
})

describe('orLimit', () => {
  const finished = (limit: Finished['limit']) => ({ exitCode: 1, limit }) as Finished
  it.each([null, 'wall', 'output'] as const)('%s is a result', (limit) => {
    expect(orLimit(finished(limit))).toMatchObject({ limit })
  })
  it.each(['memory', 'processes', 'cpu', 'disk'] as const)('%s ends the trial', (limit) => {
    expect(() => orLimit(finished(limit))).toThrow(expect.objectContaining({ limit }))
  })
})
