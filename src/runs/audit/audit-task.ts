import type { Domain, Mutant, MutantReport } from '../../core/domain.ts'
import { emptySubmission, type Submission } from '../../core/submission.ts'
import type { Task } from '../../core/task.ts'
import type { Verdict } from '../../core/verdict.ts'
import { changeOf } from './change.ts'
import type { AttackRecord, EvidenceFile, Judgement, MutantRecord, TaskAudit } from './schema.ts'
import { type AuditMeans, Steps } from './steps.ts'

/** What is measured of one task, and where its files go. */
export interface TaskMeasures extends AuditMeans {
  readonly mutants: number
  /** Only these attacks; null for all. */
  readonly attacks: readonly string[] | null
  /** Writes what lets somebody see an escape, and returns where it is. */
  keep(task: string, mutant: Mutant, report: MutantReport): Promise<readonly EvidenceFile[]>
}

/**
 * Audits the judge of one task: the oracle twice, `nop`, each attack that applies, mutants where the domain makes them,
 * and what the domain finds odd about the task. Throws the signal's reason, `UsageError` for a broken task, and what `keep` throws; everything else that
 * fails is a void step.
 */
export async function auditTask(
  suite: string,
  task: Task,
  domain: Domain,
  measures: TaskMeasures,
): Promise<TaskAudit> {
  await using steps = new Steps(measures, suite, task, domain)
  const clock = stopwatch()
  const oracle = domain.oracle?.(task)
  const first = oracle && (await steps.judge('oracle', oracle))
  // Where not even the oracle can be judged, nothing else can: the rest would only repeat the failure.
  const goOn = !oracle || first !== undefined
  const second = oracle && goOn ? await steps.judge('oracle again', oracle) : undefined
  const oracleSeconds = clock()
  const nop = goOn ? await steps.judge('nop', emptySubmission(task.brief.answer)) : undefined
  const nopSeconds = clock()
  const attacks = goOn ? await attackAll(steps, task, domain, measures) : []
  // What mutants and lints need is something else.
  await steps[Symbol.asyncDispose]()
  const attackSeconds = clock()
  // Mutants of an answer that is not solved say nothing about the judge.
  const written = typeof oracle === 'function' ? undefined : oracle
  const worth = written && first?.outcome === 'solved' && measures.mutants > 0
  const { made, mutants } = worth
    ? await examineAll(steps, task, domain, measures, written)
    : { made: 0, mutants: [] }
  const mutantSeconds = clock()
  const { lint } = domain
  const lints = (goOn && lint && (await steps.inLab('lint', (lab) => lint.call(domain, task, lab)))) || []
  return {
    suite,
    task: task.id,
    domain: domain.name,
    errata: [...task.errata],
    judge: first?.judge ?? nop?.judge ?? null,
    hasOracle: oracle !== undefined,
    oracle: first ? judgementOf(first) : null,
    differs: first && second ? differencesOf(first, second) : null,
    controls: [first, second].flatMap((verdict) => (verdict ? controlsOf(verdict) : [])),
    nop: nop ? judgementOf(nop) : null,
    attacks,
    made,
    mutants,
    lints: lints.map(({ kind, message }) => ({ kind, message })),
    voids: steps.voids,
    seconds: {
      oracle: oracleSeconds,
      nop: nopSeconds,
      attacks: attackSeconds,
      mutants: mutantSeconds,
      lints: clock(),
    },
  }
}

/** Seconds since it was last read. */
function stopwatch(): () => number {
  let since = performance.now()
  return () => {
    const before = since
    since = performance.now()
    return Math.round(since - before) / 1000
  }
}

async function attackAll(
  steps: Steps,
  task: Task,
  domain: Domain,
  { attacks: chosen }: TaskMeasures,
): Promise<AttackRecord[]> {
  const records: AttackRecord[] = []
  for (const { name, expect, submission } of domain.attacks) {
    if (chosen !== null && !chosen.includes(name)) continue
    const step = `attack ${name}`
    const clock = stopwatch()
    const made = await steps.run(step, () => ({ submission: submission(task) }))
    if (made?.submission === undefined) continue
    const verdict = await steps.judgeTogether(step, made.submission)
    if (verdict) records.push({ name, expect, ...judgementOf(verdict), seconds: clock() })
  }
  return records
}

async function examineAll(
  steps: Steps,
  task: Task,
  { mutation }: Domain,
  { mutants: count, seed, keep }: TaskMeasures,
  oracle: Submission,
): Promise<{ made: number; mutants: MutantRecord[] }> {
  if (mutation === undefined) return { made: 0, mutants: [] }
  const made = (await steps.run('mutants', () => mutation.mutantsOf(task, count, seed))) ?? []
  const mutants: MutantRecord[] = []
  for (const mutant of made) {
    const clock = stopwatch()
    const report = await steps.inLab(`mutant ${mutant.name}`, (lab) => mutation.examine(task, mutant, lab))
    if (!report) continue
    const { name, kind, description } = mutant
    const { ordinary, proof, reason } = report
    // What was killed and refuted is as it should be; what passes and is equivalent is no mistake at all.
    const look = ordinary === 'survived' ? proof !== 'benign' : ordinary === 'killed' && proof === 'benign'
    mutants.push({
      name,
      kind,
      description,
      ordinary,
      proof,
      reason,
      seconds: clock(),
      change: look || ordinary === 'survived' ? changeOf(oracle, mutant.submission) : null,
      evidence: look ? [...(await keep(task.id, mutant, report))] : [],
    })
  }
  return { made: made.length, mutants }
}

function judgementOf({ outcome, score, reason, findings }: Verdict): Judgement {
  const error = findings.find(({ severity }) => severity === 'error') ?? findings[0]
  return { outcome, score, reason, message: error?.message ?? null }
}

function controlsOf({ metrics }: Verdict): TaskAudit['controls'] {
  return metrics.flatMap(({ name, value, control }) =>
    control ? [{ name, value, low: control[0], high: control[1] }] : [],
  )
}

/**
 * What two verdicts on the same answer differ in. Logs may differ in wording, so the evidence is not compared; nor are
 * metrics that are read from a clock.
 */
function differencesOf(a: Verdict, b: Verdict): string[] {
  const found: string[] = []
  for (const field of ['outcome', 'score', 'reason'] as const)
    if (a[field] !== b[field]) found.push(`${field}: ${a[field]} and ${b[field]}`)
  const metricsOf = ({ metrics }: Verdict) =>
    new Map(
      metrics.filter(({ clocked }) => !clocked).map(({ name, value, unit }) => [name, `${value} ${unit}`]),
    )
  const [first, second] = [metricsOf(a), metricsOf(b)]
  for (const name of new Set([...first.keys(), ...second.keys()])) {
    const [one, other] = [first.get(name) ?? 'absent', second.get(name) ?? 'absent']
    if (one !== other) found.push(`${name}: ${one} and ${other}`)
  }
  return found
}
