import { expect, it } from 'vitest'
import { memoryDomain } from '../../test/support/memory-domain.ts'
import { agentsKept } from './perform-run.ts'

it('makes an agent once for all trials of a run', () => {
  const agentOf = agentsKept()
  const domain = memoryDomain()
  expect(agentOf('replay:from=runs/old', domain)).toBe(agentOf('replay:from=runs/old', domain))
  expect(agentOf('nop', domain)).not.toBe(agentOf('oracle', domain))
})
