import { describe, expect, it } from 'vitest'
import type { Domain, Lab } from '../../core/domain.ts'
import { InfrastructureError } from '../../core/errors.ts'
import type { Submission } from '../../core/submission.ts'
import type { Task } from '../../core/task.ts'
import type { Verdict } from '../../core/verdict.ts'
import { Steps } from './steps.ts'

const verdict: Verdict = {
  outcome: 'unsolved',
  score: 0,
  reason: 'wrong',
  metrics: [],
  findings: [],
  evidence: [],
  unchecked: [],
  judge: { name: 'j', version: '1' },
  tools: {},
}
const task = {
  id: 't',
  brief: { answer: { kind: 'text', maxBytes: 100 } },
} as unknown as Task
const text = (content: string): Submission => ({ kind: 'text', text: content })

/** A domain that tells what is done with it; a submission `break` is a machine's fault. */
function told() {
  const said: string[] = []
  let sittings = 0
  const judge = async (where: string, submission: Submission, lab: Lab) => {
    const what = submission.kind === 'text' ? submission.text : ''
    said.push(`${where} ${what} ${lab.seed.length > 0}`)
    if (what === 'break') throw new InfrastructureError('broken', 'it broke', { retryable: false })
    return verdict
  }
  const domain = {
    name: 'd',
    judge: (_: Task, submission: Submission, lab: Lab) => judge('alone', submission, lab),
    sit: async () => {
      const number = ++sittings
      return {
        judge: (submission: Submission, lab: Lab) => judge(`sitting ${number}`, submission, lab),
        [Symbol.asyncDispose]: async () => void said.push(`end ${number}`),
      }
    },
  } as unknown as Domain
  const openLab = (seed: string, signal: AbortSignal) =>
    ({ seed, signal, [Symbol.asyncDispose]: async () => {} }) as unknown as Lab & AsyncDisposable
  const means = { openLab, seed: 's', attempts: 1, signal: new AbortController().signal }
  return { said, domain, means }
}

describe('steps of an audit', () => {
  it('are judged in one sitting where they may be, in a new one after a failure, and it ends with them', async () => {
    const { said, domain, means } = told()
    {
      await using steps = new Steps(means, 'suite', task, domain)
      expect(await steps.judge('oracle', text('a'))).toEqual(verdict)
      for (const each of ['b', 'c', 'break', 'd']) await steps.judgeTogether(each, text(each))
      expect(steps.voids).toMatchObject([{ step: 'break', code: 'broken' }])
    }
    expect(said).toEqual([
      'alone a true',
      'sitting 1 b true',
      'sitting 1 c true',
      'sitting 1 break true',
      'end 1',
      'sitting 2 d true',
      'end 2',
    ])
  })

  it('are judged alone where the domain has no sittings', async () => {
    const { said, domain, means } = told()
    const { sit: _, ...plain } = domain
    await using steps = new Steps(means, 'suite', task, plain as Domain)
    await steps.judgeTogether('b', text('b'))
    expect(said).toEqual(['alone b true'])
  })
})
