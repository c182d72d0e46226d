import type { Lab } from '../../core/domain.ts'
import { fileSet, textOf } from '../../core/files.ts'
import { seedOf } from '../../core/seed.ts'
import type { Submission } from '../../core/submission.ts'
import type { Task } from '../../core/task.ts'
import { judge } from '../../domains/hardware/judge.ts'
import { answerPath, type HardwareKey, oracleOf } from '../../domains/hardware/key.ts'
import { examine } from '../../domains/hardware/mutants/examine.ts'
import { mutantsOf } from '../../domains/hardware/mutants/index.ts'
import { Fallen, type Proof } from '../source.ts'
import type { Plan } from './plan.ts'
import { kills, rareKinds, tuningMutants, works } from './strengthen.ts'

/** Mutants of another seed, that no testbench was tuned on. */
const freshMutants = 6
/** So much of what is refuted must be killed, and so many mutants at least be refuted. */
const leastShare = 0.9
const leastRefuted = 3

/**
 * The reference passes its own testbench and the whole judge, nothing and a module of zeros do not, and the testbench
 * kills what it should. Throws `Fallen`.
 */
export async function prove(
  task: Task<HardwareKey>,
  plan: Plan,
  lab: Lab,
  reach: (stage: 'started' | 'answered') => void,
): Promise<Proof> {
  const samples = await works(task, lab)
  reach('started')
  await answered(task, plan, lab)
  reach('answered')
  const measured = await measure(task, plan, lab)
  return {
    samples,
    'input bits': plan.inputs.reduce((sum, { width }) => sum + width, 0),
    'register bits': plan.registers,
    description: plan.description.kind,
    'directed sequences': plan.stimulus.directed.length,
    ...measured,
  }
}

async function answered(task: Task<HardwareKey>, plan: Plan, lab: Lab): Promise<void> {
  const oracle = await judge(task, oracleOf(task.key), lab)
  if (oracle.outcome !== 'solved')
    throw new Fallen(
      'reference-fails',
      `the judge does not accept the reference: ${oracle.reason}: ${oracle.findings[0]?.message ?? ''}`,
    )
  if (!(await kills(task, { kind: 'files', files: fileSet({}) }, lab)))
    throw new Fallen('nothing-passes', 'the judge accepts an answer that is not there')
  for (const value of [0, 1] as const)
    if (!(await kills(task, constants(plan, value), lab)))
      throw new Fallen(
        'constants-pass',
        `a module whose outputs are all ${value} passes: the outputs are constant or unknown`,
      )
}

/** A design that does nothing. */
function constants({ inputs, outputs }: Plan, value: 0 | 1): Submission {
  const range = (width: number) => (width === 1 ? '' : `[${width - 1}:0] `)
  const ports = [
    ...inputs.map(({ name, width }) => `input ${range(width)}${name}`),
    ...outputs.map(({ name, width }) => `output ${range(width)}${name}`),
  ]
  const body = outputs.map(({ name, width }) => `  assign ${name} = {${width}{1'b${value}}};`)
  const text = `module TopModule (${ports.join(', ')});\n${body.join('\n')}\nendmodule\n`
  return { kind: 'files', files: fileSet({ [answerPath]: text }) }
}

async function measure(task: Task<HardwareKey>, plan: Plan, lab: Lab): Promise<Proof> {
  const { tuning } = plan
  const counts = { refuted: 0, killed: 0, unknown: 0, rareRefuted: 0, rareKilled: 0 }
  const tuned = new Set<string>()
  let killedNow = 0
  for (const mutant of tuning === undefined ? [] : mutantsOf(task, tuningMutants, tuning.seed)) {
    tuned.add(designIn(mutant.submission))
    if (!tuning?.refuted.includes(mutant.name)) continue
    // The directed sequences come last: what the same random stimuli have killed stays killed.
    const killedBefore = tuning.phases === plan.stimulus.phases && tuning.killed.includes(mutant.name)
    if (killedBefore || (await kills(task, mutant.submission, lab))) killedNow++
  }
  const refutedThen = tuning?.refuted.length ?? 0
  const fresh = mutantsOf(task, freshMutants + tuned.size, seedOf('forge-measure', task.id))
    .filter(({ submission }) => !tuned.has(designIn(submission)))
    .slice(0, freshMutants)
  for (const mutant of fresh) {
    const report = await examine(task, mutant, lab)
    if (report.ordinary === 'invalid') continue
    if (report.proof === 'unknown') counts.unknown++
    if (report.proof !== 'refuted') continue
    const rare = rareKinds.has(mutant.kind)
    counts[rare ? 'rareRefuted' : 'refuted']++
    if (report.ordinary === 'killed') counts[rare ? 'rareKilled' : 'killed']++
  }
  const proof = {
    'mutants refuted': refutedThen,
    'killed by random stimuli': tuning?.killed.length ?? 0,
    'killed with directed sequences': killedNow,
    'mutants unknown': (tuning?.unknown ?? 0) + counts.unknown,
    'fresh refuted': counts.refuted,
    'fresh killed': counts.killed,
    'fresh rare refuted': counts.rareRefuted,
    'fresh rare killed': counts.rareKilled,
  }
  const words = JSON.stringify(proof)
  if (refutedThen + counts.refuted < leastRefuted)
    throw new Fallen('too-few-mutants', `too few mutants are refuted to measure a testbench by: ${words}`)
  if (killedNow < leastShare * refutedThen)
    throw new Fallen(
      'weak-testbench',
      `the testbench kills ${killedNow} of ${refutedThen} refuted mutants: ${words}`,
    )
  if (counts.killed < leastShare * counts.refuted)
    throw new Fallen(
      'weak-testbench',
      `of mutants that it was not tuned on it kills ${counts.killed} of ${counts.refuted}: ${words}`,
    )
  return proof
}

function designIn(submission: Submission): string {
  return submission.kind === 'files' ? (textOf(submission.files, answerPath) ?? '') : ''
}
