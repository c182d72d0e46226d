import { describe, expect, it } from 'vitest'
import { answerText, memoryDomain, memoryTask } from '../../test/support/memory-domain.ts'
import { modelSaying, tryOut } from '../../test/support/trial.ts'
import { decodeSubmission } from '../core/encoding.ts'
import { agentOf } from './index.ts'

const answer = (text: string) => `\`\`\`\n${text}\n\`\`\``

async function flowing(
  spec: string,
  lines: Parameters<typeof modelSaying>[0],
  options: Parameters<typeof tryOut>[1] = {},
) {
  const model = modelSaying(lines)
  const tried = await tryOut(agentOf(spec, memoryDomain()), { model, ...options })
  const handedIn = tried.recorder.of('submission')[0]?.submission
  const notes = tried.recorder.of('note').map(({ text }) => text)
  return { ...tried, model, notes, handedIn: handedIn && answerText(decodeSubmission(handedIn)).trim() }
}

describe('chipgpt where the environment can do less', () => {
  it('takes the first answer where nothing checks and nothing rates', async () => {
    const { handedIn, model } = await flowing('chipgpt', ['a', 'b'].map(answer))
    expect(handedIn).toBe('a')
    expect(model.asked).toHaveLength(1)
  })

  it('goes by the rating alone, the first of equals, and asks for a better one', async () => {
    const domain = memoryDomain({ rate: (text) => ({ score: text.trim().length, why: 'its length' }) })
    const lines = ['a', 'ccc', 'ddd', 'ee'].map(answer)
    const { handedIn, model, notes } = await flowing('chipgpt:k=3', lines, { domain })
    expect(handedIn).toBe('ccc')
    expect(model.asked).toHaveLength(4)
    expect(model.asked[3]?.messages.at(-1)?.text).toContain('its length')
    expect(notes.at(-1)).toMatch(/^2 \* +unchecked \(nobody\) +3$/m)
  })

  it('goes by the judge alone and repairs what it refuses', async () => {
    const task = memoryTask({ feedback: { consultations: 9 } })
    const { end, model } = await flowing('chipgpt:k=1', ['no', 'yes'].map(answer), { task })
    expect(end).toMatchObject({ verdict: { outcome: 'solved' }, totals: { turns: 2, consultations: 2 } })
    expect(model.asked[1]?.messages.at(-1)?.text).toContain('is not the word')
  })

  it('draws every request anew, and asks again where a reply has no answer', async () => {
    const task = memoryTask({ feedback: { consultations: 9 } })
    const { model, notes } = await flowing(
      'chipgpt:k=2,repairs=1',
      ['Hm.', 'no', 'no', 'no'].map((text) => (text === 'Hm.' ? text : answer(text))),
      { task },
    )
    expect(new Set(model.asked.map(({ draw }) => draw)).size).toBe(4)
    expect(notes[0]).toBe('Candidate 1: the reply has no answer in it.')
    expect(model.asked[1]?.messages.at(-1)?.text).toContain('had no answer in it')
  })

  it('hands in nothing where no reply had an answer', async () => {
    const { end, handedIn, notes } = await flowing('chipgpt:k=1,repairs=0', () => 'I do not know.')
    expect(handedIn).toBe('')
    expect(end).toMatchObject({ end: 'judged', verdict: { outcome: 'unsolved' } })
    expect(notes).toHaveLength(1)
  })

  it('works for strings', async () => {
    const task = memoryTask({ spec: { kind: 'text', maxBytes: 100 }, feedback: { consultations: 3 } })
    const { end } = await flowing('chipgpt:k=2,repairs=0', ['no', 'yes'].map(answer), { task })
    expect(end).toMatchObject({ verdict: { outcome: 'solved' } })
  })
})
