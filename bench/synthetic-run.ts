import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { encodeVerdict } from '../src/core/encoding.ts'
import { type EventBody, journalSchema, type Totals } from '../src/core/events.ts'
import { limitsSchema } from '../src/core/limits.ts'
import { randomOf } from '../src/core/seed.ts'
import type { Outcome } from '../src/core/verdict.ts'
import { folded, type TrialState } from '../src/runs/journal/fold.ts'
import { filesOf, journalPath } from '../src/runs/layout.ts'
import { manifestOf, writeManifest } from '../src/runs/manifest.ts'
import { type Plan, type PlannedTrial, trialsOf } from '../src/runs/plan.ts'
import { resultOfState } from '../src/runs/results.ts'
import { copyingSuite } from './harness-world.ts'

/** Writes a finished run with small journals, as fast as the disk takes it: what a report has to read. */
export async function syntheticRun(directory: string, trials: number): Promise<void> {
  const samples = 5
  const agents = ['react', 'refine', 'best-of:k=8', 'baseline']
  const plan: Plan = {
    suites: [{ suite: copyingSuite(Math.ceil(trials / samples / agents.length)), protocol: '' }],
    pairings: agents.map((agent) => ({ agent, model: null })),
    samples,
    task: null,
    limit: null,
    seed: 'synthetic',
    limits: {},
    feedback: null,
  }
  mkdirSync(directory, { recursive: true })
  await writeManifest(directory, manifestOf(plan, {}))
  const random = randomOf('synthetic')
  const made = new Set<string>()
  let index: string[] = []
  for (const trial of trialsOf(plan)) {
    const { id, journal, line } = written(trial, random)
    const path = journalPath(directory, id)
    if (!made.has(dirname(path))) mkdirSync(dirname(path), { recursive: true })
    made.add(dirname(path))
    writeFileSync(path, journal)
    index.push(line)
    if (index.length < 1000) continue
    writeFileSync(filesOf(directory).results, index.join(''), { flag: 'a' })
    index = []
  }
  writeFileSync(filesOf(directory).results, index.join(''), { flag: 'a' })
}

function written({ identity, seed }: PlannedTrial, random: () => number) {
  const drawn = random()
  const outcome: Outcome = drawn < 0.6 ? 'solved' : drawn < 0.95 ? 'unsolved' : 'rejected'
  const totals: Totals = {
    turns: 10,
    actions: 9,
    consultations: 0,
    inputTokens: Math.floor(random() * 20_000),
    outputTokens: Math.floor(random() * 4000),
    costUsd: random() / 100,
    costKnown: true,
    agentSeconds: random() * 60,
    judgeSeconds: random(),
  }
  const verdict = encodeVerdict({
    outcome,
    score: outcome === 'solved' ? 1 : 0,
    reason: { solved: 'pass', unsolved: 'mismatch', rejected: 'names-testbench' }[outcome],
    metrics: [],
    findings: [],
    evidence: [],
    unchecked: [],
    judge: { name: 'copying', version: '1' },
    tools: {},
  })
  const bodies: EventBody[] = [
    {
      type: 'trial',
      schema: journalSchema,
      identity,
      attempt: 1,
      seed,
      domain: 'copying',
      suiteVersion: '1',
      errata: [],
      brief: {
        instructions: 'Copy.',
        files: {},
        answer: { kind: 'text', maxBytes: 100 },
        limits: limitsSchema.parse({}),
        feedback: { consultations: 0, detail: 'findings' },
      },
    },
    { type: 'submission', submission: { kind: 'text', text: 'copy' }, stoppedBy: null },
    { type: 'verdict', verdict, seconds: totals.judgeSeconds },
    { type: 'end', end: 'judged', totals },
  ]
  const events = bodies.map((body, seq) => ({ seq, at: 1_790_000_000_000 + seq, ...body }))
  const journal = events.map((event) => `${JSON.stringify(event)}\n`).join('')
  const state = events.reduce<TrialState | undefined>(folded, undefined)
  const result = resultOfState(state!, Buffer.byteLength(journal))!
  return { id: result.id, journal, line: `${JSON.stringify(result)}\n` }
}
