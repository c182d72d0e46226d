import { describe, expect, it } from 'vitest'
import { answerText, memoryDomain, memoryTask } from '../../test/support/memory-domain.ts'
import { modelSaying, tryOut } from '../../test/support/trial.ts'
import { decodeSubmission } from '../core/encoding.ts'
import { agentOf } from './index.ts'

const answer = (text: string) => `answer.txt\n\`\`\`\n${text}\n\`\`\``
const consulting = (consultations: number) => memoryTask({ feedback: { consultations } })

async function refining(
  lines: Parameters<typeof modelSaying>[0],
  options: Parameters<typeof tryOut>[1] = {},
  spec = 'refine',
) {
  const model = modelSaying(lines)
  const tried = await tryOut(agentOf(spec, memoryDomain()), { model, ...options })
  const handedIn = tried.recorder.of('submission')[0]?.submission
  return { ...tried, model, handedIn: handedIn && answerText(decodeSubmission(handedIn)).trim() }
}

describe('refine', () => {
  it('repairs with what the judge says until it is solved', async () => {
    const { end, model } = await refining(['no', 'nope', 'yes'].map(answer), { task: consulting(5) })
    expect(end).toMatchObject({ verdict: { outcome: 'solved' }, totals: { turns: 3, consultations: 3 } })
    const [brief, mine, findings] = model.asked[1]?.messages ?? []
    expect(brief?.text).toContain('It has three letters.')
    expect(mine?.text).toBe(answer('no'))
    expect(findings?.text).toContain('"no')
    expect(findings?.text).toContain('is not the word')
  })

  it('hands in the repair that came after the last consultation', async () => {
    const { end } = await refining(['no', 'yes'].map(answer), { task: consulting(1) })
    expect(end).toMatchObject({ verdict: { outcome: 'solved' }, totals: { turns: 2, consultations: 1 } })
  })

  it('repairs the best answer so far, and keeps it', async () => {
    const long = 'a long answer, of which the judge thinks better'
    const { model, handedIn } = await refining(
      [long, 'no', 'nay'].map(answer),
      { task: consulting(9) },
      'refine:rounds=3',
    )
    expect(model.asked[2]?.messages[1]?.text).toBe(answer(long))
    expect(handedIn).toBe(long)
  })

  it('draws every round anew', async () => {
    const { model } = await refining(() => answer('no'), { task: consulting(9) }, 'refine:rounds=4')
    expect(new Set(model.asked.map(({ draw }) => draw)).size).toBe(4)
  })

  it('asks again where a reply has no answer', async () => {
    const { end, model } = await refining(['I cannot say.', answer('yes')], { task: consulting(1) })
    expect(model.asked[1]?.messages.at(-1)?.text).toContain('had no answer in it')
    expect(end).toMatchObject({ verdict: { outcome: 'solved' } })
  })

  it('goes by the rating where the judge may not be consulted, as long as that gets better', async () => {
    const domain = memoryDomain({
      rate: (text) => ({ score: text.trim().length, why: `${text.trim()} is short` }),
    })
    const { handedIn, model } = await refining(['a', 'aaa', 'aa', 'never asked'].map(answer), { domain })
    expect(handedIn).toBe('aaa')
    expect(model.asked[1]?.messages.at(-1)?.text).toContain('a is short')
    expect(model.asked).toHaveLength(3)
  })

  it('once consultations are used, takes a repair only if it is rated no worse than the best', async () => {
    const domain = memoryDomain({ rate: (text) => ({ score: text.trim().length, why: '' }) })
    expect((await refining(['nono', 'x'].map(answer), { domain, task: consulting(1) })).handedIn).toBe('nono')
    expect(
      (await refining(['nono', 'yess', 'no'].map(answer), { domain, task: consulting(1) })).handedIn,
    ).toBe('yess')
  })

  it('takes the first answer where nothing tells how good it is', async () => {
    const { handedIn, model } = await refining(['a', 'b'].map(answer))
    expect(handedIn).toBe('a')
    expect(model.asked).toHaveLength(1)
  })

  it('stops at its own tokens', async () => {
    const { model, end } = await refining(
      () => answer('no'),
      { task: consulting(99) },
      'refine:rounds=50,tokens=45',
    )
    expect(model.asked).toHaveLength(3)
    expect(end).toMatchObject({ stoppedBy: null })
  })

  it('stops at its own time, also in the middle of a request', async () => {
    const slow = modelSaying([answer('no')])
    const model = {
      name: slow.name,
      generate: (...given: Parameters<typeof slow.generate>) =>
        slow.asked.length === 0
          ? slow.generate(...given)
          : new Promise<never>((_, reject) =>
              given[1]?.addEventListener('abort', () => reject(given[1]?.reason)),
            ),
    }
    const { end } = await tryOut(agentOf('refine:seconds=0.1', memoryDomain()), {
      model,
      task: consulting(9),
    })
    expect(end).toMatchObject({ end: 'judged', stoppedBy: null, verdict: { outcome: 'unsolved' } })
  })

  it("hands in the best when the trial's limit is reached, and the limit is named", async () => {
    const task = memoryTask({ feedback: { consultations: 99 }, limits: { turns: 2 } })
    const { handedIn, end } = await refining(['longer', 'no', 'x'].map(answer), { task })
    expect(handedIn).toBe('longer')
    expect(end).toMatchObject({ stoppedBy: 'turns' })
  })

  it('hands in nothing where no reply had an answer', async () => {
    const { end, handedIn } = await refining(() => 'I do not know.', {}, 'refine:rounds=2')
    expect(handedIn).toBe('')
    expect(end).toMatchObject({ end: 'judged', verdict: { outcome: 'unsolved' } })
  })

  it('works for strings', async () => {
    const task = memoryTask({ spec: { kind: 'text', maxBytes: 100 }, feedback: { consultations: 3 } })
    const { end } = await refining(['```\nno\n```', '```\nyes\n```'], { task })
    expect(end).toMatchObject({ verdict: { outcome: 'solved' }, totals: { consultations: 2 } })
  })
})
