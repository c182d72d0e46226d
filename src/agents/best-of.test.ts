import { describe, expect, it } from 'vitest'
import { answerText, memoryDomain, memoryTask } from '../../test/support/memory-domain.ts'
import { modelSaying, tryOut } from '../../test/support/trial.ts'
import { decodeSubmission } from '../core/encoding.ts'
import { InfrastructureError } from '../core/errors.ts'
import { agentOf } from './index.ts'

const answer = (text: string) => `\`\`\`\n${text}\n\`\`\``
const rate = (text: string) => ({ score: text.trim().length, why: 'its length' })

async function choosing(
  spec: string,
  lines: Parameters<typeof modelSaying>[0],
  options: Parameters<typeof tryOut>[1] = {},
) {
  const model = modelSaying(lines)
  const tried = await tryOut(agentOf(spec, memoryDomain()), {
    domain: memoryDomain({ rate }),
    model,
    ...options,
  })
  const handedIn = tried.recorder.of('submission')[0]?.submission
  return { ...tried, model, handedIn: handedIn && answerText(decodeSubmission(handedIn)).trim() }
}

describe('best-of', () => {
  it('hands in what is rated highest, the first of equals, and says each rating', async () => {
    const { handedIn, recorder, model } = await choosing('best-of:k=4', ['a', 'cc', 'bb', 'd'].map(answer))
    expect(handedIn).toBe('cc')
    expect(recorder.of('note').map(({ text }) => text)).toEqual([
      'Candidate 1 of 4: rated 1 (its length)',
      'Candidate 2 of 4: rated 2 (its length)',
      'Candidate 3 of 4: rated 2 (its length)',
      'Candidate 4 of 4: rated 1 (its length)',
    ])
    expect(new Set(model.asked.map(({ draw }) => draw)).size).toBe(4)
    expect(new Set(model.asked.map(({ messages }) => JSON.stringify(messages))).size).toBe(1)
  })

  it('without a rating takes the first answer and draws no more', async () => {
    const { handedIn, model } = await choosing('best-of', ['Hm.', answer('b'), answer('c')], {
      domain: memoryDomain(),
    })
    expect(handedIn).toBe('b')
    expect(model.asked).toHaveLength(2)
  })

  it('hands in the best so far at a limit', async () => {
    const { handedIn, end } = await choosing('best-of:k=9', () => answer('a'), {
      task: memoryTask({ limits: { turns: 3 } }),
    })
    expect(handedIn).toBe('a')
    expect(end).toMatchObject({ end: 'judged', stoppedBy: 'turns', totals: { turns: 3 } })
  })

  it('is void where the provider fails, whatever it has', async () => {
    const lines = [answer('a'), new InfrastructureError('model-unavailable', '503')]
    expect((await choosing('best-of', lines)).end).toMatchObject({ end: 'void', code: 'model-unavailable' })
  })
})
