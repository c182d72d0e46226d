import { describe, expect, it } from 'vitest'
import { answerText, memoryDomain, memoryTask } from '../../test/support/memory-domain.ts'
import { modelSaying, tryOut } from '../../test/support/trial.ts'
import { decodeSubmission } from '../core/encoding.ts'
import { InfrastructureError } from '../core/errors.ts'
import { candidateOf } from '../runs/journal/candidates.ts'
import { agentOf } from './index.ts'

const answer = (text: string) => `answer.txt\n\`\`\`\n${text}\n\`\`\``
const byLength = memoryDomain({
  rate: (text) => ({ score: text.trim().length, why: `${text.trim()} is short` }),
})

async function searching(
  lines: Parameters<typeof modelSaying>[0],
  spec = 'search',
  options: Parameters<typeof tryOut>[1] = {},
  price?: Parameters<typeof modelSaying>[1],
) {
  const model = modelSaying(lines, price)
  const tried = await tryOut(agentOf(spec, memoryDomain()), { model, domain: byLength, ...options })
  const handedIn = tried.recorder.of('submission')[0]?.submission
  return {
    ...tried,
    model,
    candidates: tried.recorder.of('candidate'),
    handedIn: handedIn && answerText(decodeSubmission(handedIn)).trim(),
  }
}

/** Each answer is the last one it was shown, and a letter more. */
const growing: Parameters<typeof modelSaying>[0] = ({ messages }, turn) =>
  answer(
    messages.length === 1 ? 'xyz'[turn % 3]! : `${messages[1]!.text.split('\n')[2]}${'abcdef'[turn % 6]}`,
  )

describe('search', () => {
  it('starts afresh, then goes on from the best, which it shows with what was found out', async () => {
    const { model, candidates, handedIn } = await searching(
      ['a', 'aaa', 'b', 'bb'].map(answer),
      'search:rounds=4,fresh=3,parallel=1,temperature=0.01',
    )
    expect(model.asked.map(({ messages }) => messages.length)).toEqual([1, 1, 1, 3])
    const [brief, mine, words] = model.asked[3]?.messages ?? []
    expect(brief?.text).toContain('It has three letters.')
    expect(mine?.text).toContain('aaa')
    expect(words?.text).toContain('aaa is short')
    expect(candidates.map(({ parent, score }) => [parent, score])).toEqual([
      [null, 1],
      [null, 3],
      [null, 1],
      [2, 2],
    ])
    expect(handedIn).toBe('aaa')
    expect(new Set(model.asked.map(({ draw }) => draw)).size).toBe(4)
  })

  it('climbs, also with several requests at a time', async () => {
    const { handedIn, candidates } = await searching(growing, 'search:rounds=30,fresh=3,parallel=5,pool=2')
    expect(handedIn?.length).toBeGreaterThan(4)
    expect(candidates.map(({ id }) => id).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, at) => at + 1),
    )
  })

  it('assesses one candidate at a time', async () => {
    let [now, most] = [0, 0]
    const open = byLength.open
    const domain = {
      ...byLength,
      async open(...given: Parameters<typeof open>) {
        const environment = await open(...given)
        return {
          ...environment,
          [Symbol.asyncDispose]: () => environment[Symbol.asyncDispose](),
          async rate() {
            most = Math.max(most, ++now)
            await new Promise((resolve) => setTimeout(resolve, 3))
            now--
            return { score: 1, why: '' }
          },
        }
      },
    }
    await searching((_, turn) => answer(`${turn}`), 'search:rounds=12,parallel=6', { domain })
    expect(most).toBe(1)
  })

  it('rates nothing twice', async () => {
    const { candidates } = await searching(() => answer('same'), 'search:rounds=3,parallel=1')
    expect(candidates.map(({ words, cost }) => [words, cost.machineSeconds > 0])).toEqual([
      ['Rated 4: same is short', true],
      ['The same as candidate 1.', false],
      ['The same as candidate 1.', false],
    ])
  })

  it('tells what each candidate cost, also of replies without an answer', async () => {
    const { candidates, end } = await searching(['I cannot.', answer('ab')], 'search:rounds=2,parallel=1')
    expect(candidates).toMatchObject([
      { id: 1, score: null, by: 'nobody', words: 'The reply has no answer in it.' },
      { id: 2, score: 2, by: 'rating', cost: { inputTokens: 10, outputTokens: 5, costUsd: 0.001 } },
    ])
    expect(end).toMatchObject({ stoppedBy: null, totals: { turns: 2 } })
  })

  it('consults the judge where it is told to, or nobody else rates, and ends once it is solved', async () => {
    const task = memoryTask({ feedback: { consultations: 9 } })
    const lines = ['no', 'nope', 'yes', 'never asked'].map(answer)
    const told = await searching(lines, 'search:by=judge,parallel=1', { task })
    const alone = await searching(lines, 'search:parallel=1', { task, domain: memoryDomain() })
    for (const { end, candidates } of [told, alone]) {
      expect(end).toMatchObject({ verdict: { outcome: 'solved' }, totals: { turns: 3, consultations: 3 } })
      expect(candidates.map(({ by }) => by)).toEqual(['judge', 'judge', 'judge'])
    }
  })

  it('ends when the consultations are used', async () => {
    const task = memoryTask({ feedback: { consultations: 2 } })
    const { end, candidates } = await searching((_, turn) => answer(`no ${turn}`), 'search:by=judge', {
      task,
    })
    expect(end).toMatchObject({ stoppedBy: null, verdict: { outcome: 'unsolved' } })
    expect(candidates.length).toBeLessThanOrEqual(2)
  })

  it('takes the first answer where nothing tells how good it is', async () => {
    const { handedIn } = await searching(['a', 'b'].map(answer), 'search:parallel=1', {
      domain: memoryDomain(),
    })
    expect(handedIn).toBe('a')
  })

  it.each([
    ['tokens=40', 3],
    ['dollars=0.0025', 3],
    ['rounds=5', 5],
  ])('keeps %s', async (own, asked) => {
    const { model, end, handedIn } = await searching(
      (_, turn) => answer('x'.repeat(turn + 1)),
      `search:parallel=1,${own}`,
    )
    expect(model.asked).toHaveLength(asked)
    expect(end).toMatchObject({ stoppedBy: null })
    expect(handedIn).toBe('x'.repeat(asked))
  })

  it('keeps its seconds, in the middle of a request and of a measurement', async () => {
    const slow = {
      name: 'memory/slow',
      generate: (...[, signal]: Parameters<ReturnType<typeof modelSaying>['generate']>) =>
        new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    }
    const { end } = await tryOut(agentOf('search:seconds=0.1', memoryDomain()), {
      model: slow,
      domain: byLength,
    })
    expect(end).toMatchObject({ end: 'judged', stoppedBy: null, verdict: { outcome: 'unsolved' } })
  })

  it('cannot keep dollars without a price, and says so', async () => {
    const { end } = await searching(() => answer('x'), 'search:dollars=1,parallel=1', {}, { costUsd: null })
    expect(end).toMatchObject({ end: 'void', code: 'no-price', retryable: false })
  })

  it("hands in the best when the trial's limit is reached, and the limit is named", async () => {
    const task = memoryTask({ limits: { turns: 2 } })
    const { end, handedIn } = await searching(['longer', 'no'].map(answer), 'search', { task })
    expect([end.end === 'judged' && end.stoppedBy, handedIn]).toEqual(['turns', 'longer'])
  })

  it('goes on from what an earlier attempt had found, with what is left of its budget', async () => {
    const lines = ['a', 'aaaa', new InfrastructureError('model-down', 'the provider is down')]
    const spec = 'search:rounds=4,fresh=1,parallel=1,temperature=0.01'
    const first = await searching([answer('a'), answer('aaaa'), lines[2]!], spec)
    expect(first.end).toMatchObject({ end: 'void', code: 'model-down' })
    const earlier = first.candidates.map((event) => candidateOf({ seq: 0, at: 0, ...event }))
    const second = await searching([answer('aa'), answer('aaa')], spec, { earlier, attempt: 2 })
    expect(second.handedIn).toBe('aaaa')
    expect(second.candidates.map(({ id, parent }) => [id, parent])).toEqual([
      [3, 2],
      [4, 2],
    ])
    // The request that failed is asked again, word for word: where its reply had come and was kept, it costs nothing.
    expect(second.model.asked[0]).toEqual(first.model.asked[2])
    expect(second.candidates[0]!.seconds).toBeGreaterThan(first.candidates[1]!.seconds)
    const copy = { ...earlier[1]!, id: 3, words: 'The same as candidate 2.' }
    const third = await searching([answer('b')], spec, { earlier: [...earlier, copy], attempt: 3 })
    expect(third.model.asked[0]?.messages[2]?.text).toContain('aaaa is short')
    const spent = await searching(() => answer('b'), 'search:tokens=30,parallel=1', { earlier })
    expect([spent.model.asked.length, spent.handedIn]).toEqual([0, 'aaaa'])
  })
})
