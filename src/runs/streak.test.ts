import { describe, expect, it } from 'vitest'
import type { TrialResult } from './results.ts'
import { Streaks } from './streak.ts'

const identity = (task: number, agent = 'react') => ({
  suite: 's',
  task: `t${task}`,
  agent,
  model: 'm',
  sample: 1,
})
const ended = (end: 'judged' | 'void', reason: string, task: number, agent?: string) =>
  ({
    identity: identity(task, agent),
    end,
    reason,
    retryable: end === 'void',
    message: 'it is down',
  }) as TrialResult

describe('a streak of void attempts', () => {
  it('gives up on the agent and model at the fifth for the same reason, and says which', () => {
    const streaks = new Streaks(5)
    for (let task = 0; task < 4; task++) streaks.add(ended('void', 'sandbox-failed', task))
    expect(streaks.failure()).toBeUndefined()
    streaks.add(ended('void', 'sandbox-failed', 4))
    expect(streaks.failure()?.message).toMatch(/react with m: 5 attempts .*it is down/)
    expect(streaks.failure(identity(9))?.code).toBe('sandbox-failed')
    expect(streaks.failure(identity(9, 'other'))).toBeUndefined()
  })

  it('gives up at the third where the model does not answer, whatever the task', () => {
    const streaks = new Streaks(50)
    for (let attempt = 0; attempt < 2; attempt++)
      streaks.add({ ...ended('void', 'model-key', 1), retryable: false })
    expect(streaks.failure()).toBeUndefined()
    streaks.add({ ...ended('void', 'model-key', 1), retryable: false })
    expect(streaks.failure()?.code).toBe('model-key')
  })

  it('is broken by a verdict and by another reason, and is each agent’s own', () => {
    const streaks = new Streaks(5)
    for (let round = 0; round < 5; round++) {
      for (let task = 0; task < 4; task++) streaks.add(ended('void', 'a', task))
      streaks.add(ended(round % 2 === 0 ? 'judged' : 'void', 'b', 5))
      streaks.add(ended('void', 'a', 6, `agent-${round}`))
    }
    expect(streaks.failure()).toBeUndefined()
  })

  it('does not take one broken task, interruptions or what cannot be retried for a broken world', () => {
    const streaks = new Streaks(5)
    for (let attempt = 0; attempt < 20; attempt++) {
      streaks.add(ended('void', 'judge-timeout', attempt % 2))
      streaks.add(ended('void', 'interrupted', attempt))
      streaks.add({ ...ended('void', 'crashed', attempt), retryable: false })
    }
    expect(streaks.failure()).toBeUndefined()
  })
})
