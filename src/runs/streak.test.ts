import { describe, expect, it } from 'vitest'
import type { TrialResult } from './results.ts'
import { Streaks } from './streak.ts'

const ended = (end: 'judged' | 'void', reason: string, agent = 'react') =>
  ({
    identity: { suite: 's', task: 't', agent, model: 'm', sample: 1 },
    end,
    reason,
    message: 'it is down',
  }) as TrialResult

describe('a streak of void trials', () => {
  it('stops the run at the fifth for the same reason, and says which', () => {
    const streaks = new Streaks(5)
    for (let trial = 0; trial < 4; trial++) streaks.add(ended('void', 'model-unavailable'))
    expect(() => streaks.add(ended('void', 'model-unavailable'))).toThrow(
      /5 attempts of react with m.*it is down/,
    )
  })

  it('is broken by a verdict and by another reason, and is each agent’s own', () => {
    const streaks = new Streaks(5)
    for (let round = 0; round < 5; round++) {
      for (let trial = 0; trial < 4; trial++) streaks.add(ended('void', 'a'))
      streaks.add(round % 2 === 0 ? ended('judged', 'pass') : ended('void', 'b'))
      streaks.add(ended('void', 'a', `agent-${round}`))
    }
  })

  it('does not count interruptions', () => {
    const streaks = new Streaks(5)
    for (let trial = 0; trial < 20; trial++) streaks.add(ended('void', 'interrupted'))
  })
})
