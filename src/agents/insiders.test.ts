import { describe, expect, it } from 'vitest'
import { memoryDomain, memoryTask } from '../../test/support/memory-domain.ts'
import { tryOut } from '../../test/support/trial.ts'
import { agentOf } from './index.ts'

const trying = (spec: string, options: Parameters<typeof tryOut>[1] = {}) =>
  tryOut(agentOf(spec, options.domain ?? memoryDomain()), options)

describe.each([
  ['files', memoryTask()],
  ['text', memoryTask({ spec: { kind: 'text', maxBytes: 100 } })],
] as const)('for answers that are %s', (_, task) => {
  it('the oracle is solved', async () => {
    expect((await trying('oracle', { task })).end).toMatchObject({ verdict: { outcome: 'solved' } })
  })

  it('nop is unsolved', async () => {
    expect((await trying('nop', { task })).end).toMatchObject({ verdict: { outcome: 'unsolved' } })
  })

  it.each(['attack', 'attack:name=claims-pass'])('%s plays an attack that applies', async (spec) => {
    const { end, recorder } = await trying(spec, { task })
    expect(end).toMatchObject({ verdict: { outcome: 'unsolved' } })
    expect(recorder.of('note')[0]?.text).toBe('Attack: claims-pass')
  })
})

it.each([
  ['oracle', memoryDomain({ oracle: () => undefined }), 'no-solution'],
  ['attack', memoryDomain({ attacks: [] }), 'no-attack'],
  ['attack:name=never-applies', memoryDomain(), 'unknown-attack'],
] as const)('%s that cannot be played is void and not tried again', async (spec, domain, code) => {
  expect((await trying(spec, { domain })).end).toMatchObject({ end: 'void', code, retryable: false })
})
