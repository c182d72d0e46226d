import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { all, judgedAttempt, noTotals } from '../../../test/support/events.ts'
import {
  noFacts,
  nullLab,
  numbers,
  planOf,
  scripted,
  turnsAgent,
} from '../../../test/support/memory-world.ts'
import { temporaryDirectory } from '../../../test/support/temporary.ts'
import type { EventBody, JournalEvent } from '../../core/events.ts'
import type { ModelRequest } from '../../core/model.ts'
import { executeRun } from '../execute.ts'
import { findTrial } from '../find-trial.ts'
import { exchangesOf } from '../journal/conversation.ts'
import { readJournal } from '../journal/reader.ts'
import { journalPath } from '../layout.ts'
import { renderTrajectory } from './trajectory.ts'

const shown = async (events: AsyncIterable<JournalEvent> | Iterable<JournalEvent>, full = false) =>
  (await all(renderTrajectory(events, { color: false, full }))).join('')

const eventsOf = (bodies: readonly EventBody[]) =>
  bodies.map((body, seq): JournalEvent => ({ seq, at: 1000 + seq * 500, ...body }))

async function modelRun() {
  const directory = join(await temporaryDirectory(), 'run')
  const requests: ModelRequest[] = []
  const model = {
    ...scripted,
    async generate(request: ModelRequest) {
      requests.push(structuredClone(request))
      return scripted.generate(request)
    },
  }
  const agent = turnsAgent(4)
  await executeRun({
    directory,
    plan: planOf({ pairings: [{ agent: agent.name, model: model.name }], limit: 1 }),
    resources: { domainOf: () => numbers, agentOf: () => agent, modelOf: () => model, openLab: nullLab },
    facts: noFacts,
    concurrency: 1,
  })
  return { directory, requests, path: journalPath(directory, await findTrial(directory, 'n0')) }
}

describe('a trajectory', () => {
  it('tells a trial in order: what was asked, done, seen, handed in and judged', async () => {
    const text = await shown(readJournal((await modelRun()).path))
    const order = [
      'numbers/n0',
      'opened',
      'request 1',
      'reply',
      'action write',
      'observation',
      'request 4',
      'submission',
      'verdict solved',
      'end judged',
    ]
    const places = order.map((word) => text.indexOf(word))
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(places).not.toContain(-1)
  })

  it('is short unless all is asked for', async () => {
    const text = `first\n${'line\n'.repeat(40)}last`
    const events = eventsOf([{ type: 'observation', id: 0, ok: true, text, seconds: 0 }])
    expect(await shown(events)).toMatch(/30 more lines; --full shows them/)
    expect(await shown(events)).not.toContain('last')
    expect(await shown(events, true)).toContain('last')
  })

  it('makes control characters visible and adds none without colour', async () => {
    const text = 'a\u001b[2Jb\u0007c\u202ed\r\ne'
    const events = eventsOf([
      ...judgedAttempt(),
      { type: 'note', text },
      { type: 'action', id: 0, name: text, input: { [text]: text } },
      { type: 'observation', id: 0, ok: false, text, seconds: 1, data: text },
      { type: 'end', end: 'void', code: text, message: text, totals: noTotals },
    ])
    for (const full of [false, true]) {
      expect(await shown(events, full)).not.toMatch(/\p{Cc}(?<![\n\t])|\u202e/u)
    }
  })

  it('shows every kind of event', async () => {
    const [trial, ...others] = judgedAttempt(2)
    const text = await shown(
      eventsOf([
        trial!,
        { type: 'request-failed', id: 3, code: 'provider-503', message: 'no answer' },
        {
          type: 'consultation',
          id: 0,
          submission: { kind: 'text', text: '1' },
          outcome: 'unsolved',
          score: 0,
          reason: 'mismatch',
          findings: [{ code: 'mismatch', severity: 'error', message: 'at 30 ns', at: 'Top.sv:3' }],
          seconds: 1,
        },
        {
          type: 'submission',
          submission: { kind: 'files', files: { 'a.bin': { base64: 'AAEC' } } },
          stoppedBy: 'turns',
        },
        ...others,
      ]),
    )
    for (const part of [
      'attempt 2',
      'provider-503: no answer',
      'Top.sv:3: at 30 ns',
      'a.bin 3 bytes',
      'stopped by the limit on turns',
    ]) {
      expect(text).toContain(part)
    }
  })
})

describe('exchanges', () => {
  it('are the requests that the model got, whole, rebuilt from what each added', async () => {
    const { path, requests } = await modelRun()
    const exchanges = await all(exchangesOf(readJournal(path)))
    expect(exchanges.map(({ request }) => request)).toEqual(requests)
    expect(exchanges.map(({ outcome }) => outcome?.type)).toEqual(Array(4).fill('reply'))
  })
})

describe('a trial', () => {
  it('is found by its id, its journal, or a part that only one has', async () => {
    const { directory, path } = await modelRun()
    const id = 'numbers/n0/turns=4@scripted+number.1'
    for (const name of [id, path, `trials/${id}.jsonl`, 'n0/turns=4@scripted+number.1', 'n0']) {
      expect(await findTrial(directory, name)).toBe(id)
    }
    await expect(findTrial(directory, 'n77')).rejects.toMatchObject({ code: 'no-trial', exitCode: 2 })
    await expect(findTrial(directory, '../../etc/passwd')).rejects.toMatchObject({ code: 'no-trial' })
  })
})
