import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import type { TrialIdentity } from '../../core/events.ts'
import { journalPath } from '../layout.ts'
import { type Manifest, readManifest } from '../manifest.ts'
import { type TrialResult, wasInterrupted } from '../results.ts'
import { survey } from '../survey.ts'
import type { Group, Report, TrialRow } from './schema.ts'
import { GroupTally } from './tally.ts'

export interface ReportOptions {
  /** Trials listed one by one at most. Default: 5000. */
  readonly trials?: number
}

/**
 * What a run shows, also while it is under way. Trials are read one at a time and only counts are kept. Throws
 * `UsageError` (`not-a-run`, `newer-run`, `newer-journal`).
 */
export async function reportOf(directory: string, options: ReportOptions = {}): Promise<Report> {
  const { trials: listed = 5000 } = options
  const manifest = await readManifest(directory)
  const tallies = plannedTallies(manifest)
  const tallyOf = (who: TrialIdentity) => {
    const known = tallies.get(keyOf(who)) ?? new GroupTally(who)
    tallies.set(keyOf(who), known)
    return known
  }
  const trials: TrialRow[] = []
  const problems: string[] = []
  let trialsLeftOut = 0
  for await (const standing of survey(directory)) {
    if (standing.state === 'unreadable') problems.push(standing.message)
    if (standing.state === 'open' && standing.identity) tallyOf(standing.identity).addSpent(standing.spent)
    if (standing.state !== 'judged' && standing.state !== 'void') continue
    const { result } = standing
    if (wasInterrupted(result)) {
      tallyOf(result.identity).addSpent(result.spent)
      continue
    }
    tallyOf(result.identity).add(result)
    if (trials.length < listed) trials.push(rowOf(directory, result))
    else trialsLeftOut++
  }
  const timed = new Set(
    [...tallies.values()].filter((tally) => tally.measuresSpeed).map(({ suite }) => suite),
  )
  const groups = [...tallies.values()].map((tally) =>
    tally.group(manifest, { speed: timed.has(tally.suite) }),
  )
  const sum = (of: (group: Group) => number) => groups.reduce((total, group) => total + of(group), 0)
  return {
    schema: 1,
    directory,
    manifest,
    planned: manifest.trials,
    judged: sum((group) => group.judged),
    void: sum((group) => group.void),
    open: sum((group) => group.open),
    groups,
    trials: trials.sort((a, b) => (a.id < b.id ? -1 : 1)),
    trialsLeftOut,
    problems,
    intervals: wordsOn(groups),
  }
}

/** In the order of the plan, so that a group without any trial yet is shown too. */
function plannedTallies({ suites, pairings }: Manifest): Map<string, GroupTally> {
  const tallies = new Map<string, GroupTally>()
  for (const { name: suite } of suites) {
    for (const { agent, model } of pairings) {
      const who = { suite, agent, model }
      tallies.set(keyOf(who), new GroupTally(who))
    }
  }
  return tallies
}

const keyOf = ({ suite, agent, model }: Pick<Group, 'suite' | 'agent' | 'model'>) =>
  JSON.stringify([suite, agent, model])

function rowOf(directory: string, result: TrialResult): TrialRow {
  const { id, identity, outcome, reason, stoppedBy, score, totals } = result
  const plain = journalPath(directory, id)
  const { suite, task, agent, model, sample } = identity
  return {
    id,
    journal: relative(directory, existsSync(plain) ? plain : `${plain}.zst`),
    suite,
    task,
    agent,
    model,
    sample,
    outcome: outcome ?? 'void',
    reason: stoppedBy && outcome !== 'rejected' ? `limit:${stoppedBy}` : reason,
    score,
    turns: totals.turns,
    tokens: totals.inputTokens + totals.outputTokens,
    costUsd: totals.costUsd,
    costKnown: totals.costKnown,
    agentSeconds: totals.agentSeconds,
    judgeSeconds: totals.judgeSeconds,
    ...(result.tried && { tried: result.tried }),
  }
}

function wordsOn(groups: readonly Group[]): string {
  const estimates = groups.flatMap(({ passAtK }) => passAtK.flatMap(({ estimate }) => estimate ?? []))
  const resamples = [...new Set(estimates.map((one) => one.resamples).filter((count) => count > 0))]
  const bootstrap = `percentile bootstrap over tasks (${resamples.sort((a, b) => a - b).join(' to ')} resamples, seeded)`
  const exact = 'where all tasks agree, Clopper and Pearson’s exact bound over tasks'
  const methods = [
    ...(resamples.length > 0 ? [bootstrap] : []),
    ...(estimates.some(({ method }) => method === 'exact') ? [exact] : []),
  ]
  const speed = groups.some(({ speedups }) => speedups)
    ? 'fast_p: share of tasks with a correct answer more than p times as fast, fast_0 all correct ones; the geometric mean is of the speedups of correct answers, over tasks; their intervals alike. '
    : ''
  return `${speed}pass@k: unbiased estimator of Chen et al. 2021 over judged trials; 95 % intervals: ${methods.join('; ') || 'none yet'}`
}
