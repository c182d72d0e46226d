import { type EventBody, type JournalEvent, journalSchema, type Totals } from '../../src/core/events.ts'
import { limitsSchema } from '../../src/core/limits.ts'

export const noTotals: Totals = {
  turns: 0,
  actions: 0,
  consultations: 0,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  costKnown: true,
  agentSeconds: 0,
  judgeSeconds: 0,
}

/** The events of one judged attempt, short and with characters of every length in UTF-8. */
export function judgedAttempt(attempt = 1): EventBody[] {
  return [
    {
      type: 'trial',
      schema: journalSchema,
      identity: { suite: 's', task: 't', agent: 'a', model: null, sample: 1 },
      attempt,
      seed: 'seed',
      domain: 'numbers',
      suiteVersion: '1',
      errata: [],
      brief: {
        instructions: 'Grüße, 数, 🙂',
        files: {},
        answer: { kind: 'text', maxBytes: 10 },
        limits: limitsSchema.parse({}),
        feedback: { consultations: 0, detail: 'findings' },
      },
    },
    { type: 'note', text: `remark ${attempt} 🙂 \u2028 "quoted"` },
    { type: 'submission', submission: { kind: 'text', text: '7' }, stoppedBy: null },
    {
      type: 'verdict',
      seconds: 0,
      verdict: {
        outcome: 'solved',
        score: 1,
        reason: 'pass',
        metrics: [],
        findings: [],
        evidence: [],
        unchecked: [],
        judge: { name: 'numbers', version: '1' },
        tools: {},
      },
    },
    { type: 'end', end: 'judged', totals: noTotals },
  ]
}

/** All of an async iterable. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/** Events without what differs from one writing to the next. */
export function bodiesOf(events: readonly JournalEvent[]): unknown[] {
  return events.map(({ seq: _seq, at: _at, ...body }) => body)
}
