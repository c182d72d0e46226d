import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError } from '../../../core/errors.ts'
import { type FileSet, fileSet } from '../../../core/files.ts'
import type { Submission } from '../../../core/submission.ts'
import type { Task } from '../../../core/task.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { answerPaths, type KernelsKey } from '../key.ts'
import { torchPython } from '../python.ts'
import { type Build, buildKey, keepBuild, keptBuild } from './builds.ts'
import { checkAnswer } from './correctness.ts'
import type { Examiner } from './examiner.ts'
import { Fault } from './fault.ts'
import { checkFloor } from './floor.ts'
import { forbidLibraries, unseenLibraries } from './library.ts'
import type { Runner } from './runner.ts'
import { equip, type Setting, startBaseline, startCandidate, startExaminer } from './sitting.ts'
import { timeAnswer } from './timing.ts'
import { type Course, clocked, faultVerdict, timedMetrics, timedVerdict } from './verdict.ts'

/**
 * Judges an answer by running it beside the problem: first whether it is right, on inputs and weights that nobody could
 * know, then how fast it is, in the same sitting as eager PyTorch. Throws `InfrastructureError` where torch, a GPU or
 * the means to look into sandboxes are missing, or the problem itself does not run.
 */
export async function judge(task: Task<KernelsKey>, submission: Submission, lab: Lab): Promise<Verdict> {
  const python = await torchPython()
  const { key } = task
  if (key.device === 'cuda')
    throw new InfrastructureError(
      'no-gpu',
      'this task is for a GPU, and there is none that a sandbox can use',
      {
        retryable: false,
      },
    )
  const setting = { lab, python, key }
  await using staff = staffOf(setting)
  return await judgeBefore(staff, setting, submission)
}

/** The trusted side of a judgement, on its way: it may see one answer to the same task after another. */
export interface Staff extends AsyncDisposable {
  readonly examiner: Promise<Examiner>
  /** Eager PyTorch twice, started when it is first asked for: wrong answers do not need it. */
  baselines(): Promise<readonly [Runner, Runner]>
}

export function staffOf(setting: Setting): Staff {
  const examiner = startExaminer(setting)
  let begun: Promise<[Runner, Runner]> | undefined
  const begin = () => {
    const both = Promise.all([
      startBaseline(setting, 'kernels-baseline'),
      startBaseline(setting, 'kernels-twin'),
    ])
    // Where the answer turns out wrong meanwhile, nobody waits for them.
    both.catch(() => {})
    return both
  }
  examiner.catch(() => {})
  return {
    examiner,
    baselines() {
      begun ??= begin()
      return begun
    },
    async [Symbol.asyncDispose]() {
      const [first, others] = await Promise.allSettled([examiner, begun])
      if (first.status === 'fulfilled') await first.value[Symbol.asyncDispose]()
      if (others.status === 'fulfilled')
        for (const { process } of others.value ?? []) await process[Symbol.asyncDispose]()
    },
  }
}

/** Judges one answer. Throws what `judge` throws. */
export async function judgeBefore(staff: Staff, setting: Setting, submission: Submission): Promise<Verdict> {
  const { python, key } = setting
  const course: Course = { key, python, metrics: [], evidence: new Map(), unchecked: [], findings: [] }
  try {
    return await decide(staff, setting, filesOf(submission), course)
  } catch (thrown) {
    if (thrown instanceof Fault) return faultVerdict(thrown, course)
    throw thrown
  }
}

function filesOf(submission: Submission): FileSet {
  const [main] = answerPaths
  if (submission.kind === 'files' && (submission.files.get(main)?.byteLength ?? 0) > 0)
    return submission.files
  throw new Fault('no-answer', `hand in ${main}, which defines the class ModelNew`)
}

async function decide(staff: Staff, setting: Setting, files: FileSet, course: Course): Promise<Verdict> {
  const { lab, key, python } = setting
  await using opened = new AsyncDisposableStack()
  const start = async (name: string, build: Build | undefined) => {
    const runner = await startCandidate(setting, build ? fileSet([...files, ...build.files]) : files, name)
    opened.use(runner.process)
    return runner
  }
  const digest = buildKey(files, python)
  const known = keptBuild(digest)
  const [examiner, candidate] = await Promise.all([staff.examiner, start('kernels-candidate', known)])
  const seconds = await candidate.load(answerPaths[0])
  const build = known ?? (await keepBuild(digest, candidate.process.sandbox, seconds))
  course.metrics.push(clocked('compile-time', build.seconds, 's'))
  let traced: Promise<Runner> | undefined
  const checked = await checkAnswer(examiner, candidate, key, lab.seed, {
    onFirst() {
      void staff.baselines()
      if (key.library === 'forbidden') traced = start('kernels-library', build)
      traced?.catch(() => {})
    },
  })
  if (traced) {
    await forbidLibraries(examiner, await traced, lab.seed)
    course.unchecked.push(unseenLibraries)
  }
  const [baseline, twin] = await staff.baselines()
  const weights = await examiner.weights()
  await equip(baseline, examiner.facts, weights)
  await equip(twin, examiner.facts, weights)
  const { threads } = key
  const { errors, longest } = checked
  const contest = { examiner, baseline, twin, candidate, threads, seed: lab.seed, errors, longest }
  const timed = await timeAnswer(contest, setting.patience)
  course.metrics.push(...timedMetrics(timed, examiner.facts))
  const { calls, drawn, pairs } = timed
  course.evidence.set('pairs.json', JSON.stringify({ calls, drawn, pairs }))
  await checkFloor(timed, baseline)
  return timedVerdict(timed, checked, course)
}
