import { messageOf } from '../../../core/errors.ts'
import { type FileSet, fileSet } from '../../../core/files.ts'
import { answerPaths } from '../key.ts'
import { Allowance } from './allowance.ts'
import { type Build, buildKey, keepBuild, keptBuild } from './builds.ts'
import { compiles, startCompiled } from './compiled.ts'
import { type Checked, checkAnswer } from './correctness.ts'
import type { Facts } from './facts.ts'
import { Fault } from './fault.ts'
import { checkFloor } from './floor.ts'
import { forbidLibraries } from './library.ts'
import type { Patience } from './pairs.ts'
import type { Runner } from './runner.ts'
import { equip, type Setting, startCandidate } from './sitting.ts'
import type { Staff } from './staff.ts'
import { type Timed, timeAnswer } from './timing.ts'

/** What was found out about an answer, as far as it came. */
export interface Found {
  /** Seconds that importing it took when it was compiled. */
  readonly loadSeconds?: number
  readonly facts?: Facts
  readonly checked?: Checked
  /** Whether it was looked at which libraries it uses, and none of them did its work. */
  readonly traced?: boolean
  readonly timed?: Timed
  /** Why there is no comparison with `torch.compile`, where there should be one. */
  readonly notCompiled?: string
  /** What is wrong with it. */
  readonly fault?: Fault
}

interface Inquiry {
  /** What inputs and weights are drawn from. */
  readonly seed: string
  /** How long to take its time; not at all where absent. */
  readonly patience?: Patience | undefined
  /** Whether to compare it with `torch.compile` as well, where this PyTorch has that. */
  readonly compiled?: boolean
  /** Ends the answer's processes. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Finds out about an answer what the judge and an agent want to know of it: whether it is imported, is right, does its
 * work itself where libraries are forbidden, and how fast it is. Ends where something is wrong with it. Throws
 * `InfrastructureError`, after which nobody knows in what state the staff is.
 */
export async function findOut(
  staff: Staff,
  setting: Setting,
  files: FileSet,
  { seed, patience, compiled = false, signal }: Inquiry,
): Promise<Found> {
  const { key, python } = setting
  const [main] = answerPaths
  if ((files.get(main)?.byteLength ?? 0) === 0)
    return { fault: new Fault('no-answer', `hand in ${main}, which defines the class ModelNew`) }
  const found: { -readonly [Name in keyof Found]: Found[Name] } = {}
  const starting: Promise<Runner>[] = []
  const allowance = new Allowance()
  const end = async () => {
    for (const each of await Promise.allSettled(starting))
      if (each.status === 'fulfilled') await each.value.process[Symbol.asyncDispose]()
  }
  const stop = () => void end().catch(() => {})
  signal?.addEventListener('abort', stop, { once: true })
  const start = (name: string, build: Build | undefined) => {
    const all = build ? fileSet([...files, ...build.files]) : files
    const runner = startCandidate(setting, all, name, allowance)
    starting.push(runner)
    return runner
  }
  try {
    const digest = buildKey(files, python)
    const known = keptBuild(digest)
    const [examiner, candidate] = await Promise.all([staff.examiner, start('kernels-candidate', known)])
    const seconds = await candidate.load(main)
    const build = known ?? (await keepBuild(digest, candidate.process.sandbox, seconds))
    found.loadSeconds = build.seconds
    let looked: Promise<Runner> | undefined
    found.checked = await checkAnswer(examiner, candidate, key, seed, {
      onFirst() {
        if (patience) void staff.baselines()
        if (key.library === 'forbidden') looked = start('kernels-library', build)
        looked?.catch(() => {})
      },
    })
    const { facts } = examiner
    found.facts = facts
    if (looked) {
      await forbidLibraries(examiner, await looked, seed)
      found.traced = true
    }
    if (!patience) return found
    const [baseline, twin] = await staff.baselines()
    const weights = await examiner.weights()
    for (const runner of [baseline, twin]) await equip(runner, facts, weights)
    let rival: Runner | undefined
    if (compiled && compiles(python)) {
      const begun = startCompiled(setting, examiner)
      starting.push(begun)
      // What torch.compile cannot do is no reason not to judge.
      rival = await begun.catch((thrown) => {
        found.notCompiled = messageOf(thrown)
        return undefined
      })
    }
    const { errors, timed, longest } = found.checked
    const sides = { examiner, baseline, twin, candidate, ...(rival && { compiled: rival }) }
    const contest = { ...sides, threads: key.threads, seed, timed, errors, longest }
    found.timed = await timeAnswer(contest, patience)
    await checkFloor(found.timed, baseline)
    return found
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    return { ...found, fault: thrown }
  } finally {
    signal?.removeEventListener('abort', stop)
    await end()
  }
}
