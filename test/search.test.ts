import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentOf } from '../src/agents/index.ts'
import type { Domain } from '../src/core/domain.ts'
import { InfrastructureError } from '../src/core/errors.ts'
import type { Model } from '../src/core/model.ts'
import type { Suite } from '../src/core/task.ts'
import { executeRun, type RunSetup } from '../src/runs/execute.ts'
import { readJournal } from '../src/runs/journal/reader.ts'
import { journalPath } from '../src/runs/layout.ts'
import { reportPage } from '../src/runs/report/page/page.ts'
import { reportOf } from '../src/runs/report/report.ts'
import { reportTable } from '../src/runs/report/table.ts'
import { trialPage } from '../src/runs/show/page.ts'
import { renderTrajectory } from '../src/runs/show/trajectory.ts'
import { answerText, memoryDomain, memoryTask } from './support/memory-domain.ts'
import { noFacts, nullLab, planOf } from './support/memory-world.ts'
import { modelSaying } from './support/trial.ts'

/** Longer is better, and twice as long is twice as fast; one task has no right answers. */
const base = memoryDomain({
  rate: (text) => ({ score: text.trim().length, why: `<b>${text.trim().length}</b> letters \u001b[31m` }),
})
const domain: Domain = {
  ...base,
  judge: async (task, submission) => {
    const length = answerText(submission).trim().length
    const correct = task.id === 'impossible' ? 0 : 1
    return {
      outcome: correct ? 'solved' : 'unsolved',
      score: correct,
      reason: correct ? 'faster' : 'wrong',
      metrics: [
        { name: 'correct', value: correct, unit: '1' },
        ...(correct ? [{ name: 'speedup', value: length / 2, unit: '1' }] : []),
      ],
      findings: [],
      evidence: [],
      unchecked: [],
      judge: { name: 'memory', version: '1' },
      tools: {},
    }
  },
}
const suite: Suite = {
  name: 'letters',
  version: '1',
  description: 'Letters',
  licence: 'MIT',
  source: 'memory',
  tasks: ['one', 'two', 'impossible'].map((id) => ({
    id,
    title: id,
    load: async () => ({ ...memoryTask(), id }),
  })),
}

const answer = (text: string) => `answer.txt\n\`\`\`\n${text}\n\`\`\``
const growing = modelSaying(({ messages }) =>
  answer(messages.length === 1 ? 'a' : `${messages[1]!.text.split('\n')[2]}x`),
)
const agent = agentOf('search:rounds=6,fresh=1,parallel=1,temperature=0.001', domain)
/** Is down from its fifth request on, until it is mended. */
let mended = false
let asked = 0
const model: Model = {
  name: 'memory/falters',
  async generate(request, signal) {
    if (!mended && ++asked > 4) throw new InfrastructureError('model-down', 'the provider is down')
    return growing.generate(request, signal)
  },
}

describe('a run of searches', () => {
  let setup: RunSetup
  let root: string
  afterAll(() => rm(root, { recursive: true, force: true }))
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'touchstone-test-'))
    setup = {
      directory: join(root, 'run'),
      plan: planOf({ suite, pairings: [{ agent: agent.name, model: model.name }] }),
      resources: { domainOf: () => domain, agentOf: () => agent, modelOf: () => model, openLab: nullLab },
      facts: noFacts,
      concurrency: 1,
      attempts: 1,
    }
  })
  const id = `letters/one/${agent.name.replaceAll(':', '~')}@memory+falters.1`
  const events = () => readJournal(journalPath(setup.directory, id))
  const candidates = async () =>
    (await Array.fromAsync(events())).flatMap((event) => (event.type === 'candidate' ? [event] : []))

  it('is resumed where it was cut off: no candidate is asked for or rated again', async () => {
    await executeRun(setup)
    expect((await candidates()).map((event) => event.id)).toEqual([1, 2, 3, 4])
    mended = true
    const before = growing.asked.length
    await executeRun(setup)
    expect((await candidates()).map((event) => [event.id, event.parent, event.score])).toEqual([
      [1, null, 1],
      [2, 1, 2],
      [3, 2, 3],
      [4, 3, 4],
      [5, 4, 5],
      [6, 5, 6],
    ])
    // Two that were left of the first trial, and the whole of the two others.
    expect(growing.asked.length - before).toBe(2 + 6 + 6)
  })

  it('is reported with fast_p, the geometric mean, and what candidates cost', async () => {
    const report = await reportOf(setup.directory)
    const [group] = report.groups
    const fast = Object.fromEntries(group!.speedups!.fast.map(({ p, estimate }) => [p, estimate.mean]))
    expect(fast).toEqual({ 0: 2 / 3, 0.5: 2 / 3, 0.8: 2 / 3, 1: 2 / 3, 1.5: 2 / 3, 2: 2 / 3, 5: 0 })
    expect(group!.speedups!.geometricMean!.mean).toBeCloseTo(3)
    expect(group!.effort).toMatchObject({ trials: 3, candidates: 18 })
    const { curve } = report.trials.find(({ task }) => task === 'one')!.tried!
    expect(curve.map(({ score, inputTokens }) => [score, inputTokens])).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 40],
      [5, 50],
      [6, 60],
    ])
    const table = reportTable(report, { color: false })
    expect(table).toMatch(/fast_0 \(correct\)\s+66\.7 %/)
    expect(table).toMatch(/geometric mean of speedups\s+3\.00× \[3\.00, 3\.00\] of 2 tasks/)
    expect(table).toMatch(/candidates\s+a trial[^\n]*\n[^\n]*18\s+6\s+15\s+\$0\.0010/)
    const page = reportPage(report)
    for (const part of ['Best score against dollars', 'Best score against machine time', 'fast_1.5'])
      expect(page).toContain(part)
  })

  it('is shown with a cost account, and as a page on which nothing of a candidate is markup', async () => {
    const shown = (await Array.fromAsync(renderTrajectory(events(), { color: false, full: false }))).join('')
    expect(shown).toContain('candidate 2 from 1: 2 (rating)')
    expect(shown).toMatch(/6 \*\s+5\s+6\s+rating\s+15\s+\$0\.0010\s+\S+ \S+\s+90\s+\$0\.0060/)
    expect(shown).toContain('6 candidates for 90 tokens, $0.0060')
    expect(shown).not.toContain('\u001b')
    const page = await trialPage(events())
    expect(page).toContain('&lt;b&gt;6&lt;/b&gt; letters')
    expect(page).not.toMatch(/<b>6<\/b> letters|<script|https?:\/\/(?!www\.w3\.org)/)
    expect(page).not.toContain('\u001b')
    expect(page.match(/<svg/g)?.length).toBe(4)
  })

  it('a run without searches has none of it', async () => {
    const plain = { ...setup, directory: join(root, 'plain') }
    const nop = agentOf('nop', base)
    await executeRun({
      ...plain,
      plan: planOf({ suite, agents: ['nop'] }),
      resources: { ...setup.resources, domainOf: () => base, agentOf: () => nop },
    })
    const report = await reportOf(plain.directory)
    expect(report.groups[0]).toMatchObject({ speedups: null, effort: null })
    expect(reportTable(report, { color: false })).not.toMatch(/fast_|candidates/)
  })
})
