import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Lab } from '../../../core/domain.ts'
import { messageOf } from '../../../core/errors.ts'
import { type FileSet, fileSet } from '../../../core/files.ts'
import { answerPaths, type KernelsKey, problemPath } from '../key.ts'
import { pythonView, workerDirectory } from '../process.ts'
import { torchPython } from '../python.ts'
import { type Cost, costOf, isRunnable } from '../shapes/analysis.ts'
import { Analyst } from '../shapes/analyst.ts'

const mostSeconds = 180
const mostCharacters = 100_000
/** In the sandbox. Not by its own name: Python has a module `profile`, which cProfile and with it torch.compile import. */
const programPath = '.profile/main.py'

const figure = z.number().nonnegative()
const profileSchema = z.object({
  /** Of one call. */
  seconds: figure,
  /** Of one call with a profiler on, in which operators are timed. */
  profiled: figure,
  /** By operator, the longest first: seconds of one call in the operator itself, with the profiler on. */
  operators: z.array(z.object({ name: z.string().max(200), calls: figure, seconds: figure })).max(40),
  /** Bytes a second, read and written, of copying a large block. */
  bandwidth: z.number().positive(),
  /** Floating-point operations a second of a matrix product in single precision. */
  peak: z.number().positive(),
})
/** Where one module spends its time, and what the machine can do, as the process itself has measured it. */
export type Profile = z.infer<typeof profileSchema>

/** A profile, or why there is none, in words. */
export type Profiled = { readonly profile: Profile } | { readonly why: string }

/** What is known of a problem before anybody has answered it. */
export interface ProblemProfile {
  /** Absent where its shapes cannot be followed. */
  readonly cost?: Cost
  readonly profiled: Profiled
}

/** Where the problem's own model spends its time, and what it costs by its shapes. */
export async function profileProblem(
  lab: Lab,
  key: KernelsKey,
  signal?: AbortSignal,
): Promise<ProblemProfile> {
  const [profiled, cost] = await Promise.all([profileOf(lab, key, undefined, signal), costIn(lab, key)])
  return { profiled, ...(cost && { cost }) }
}

/** Where a module spends its time: the answer's with `files`, else the problem's. Nothing of it is believed by any judge. */
export async function profileOf(
  lab: Lab,
  key: KernelsKey,
  files: FileSet | undefined,
  signal?: AbortSignal,
): Promise<Profiled> {
  const python = await torchPython()
  if (key.device === 'cuda' && python.gpus.length === 0)
    return { why: 'the task is for a GPU, and there is none here' }
  const { env, ...view } = pythonView(python, key.threads, key.device)
  const program = await readFile(new URL('profile.py', import.meta.url), 'utf8')
  await using sandbox = await lab.open({
    name: 'kernels-profile',
    files: new Map([...(files ?? []), ...fileSet({ [problemPath]: key.problem, [programPath]: program })]),
    ...view,
    env: { ...env, PYTHONPATH: workerDirectory },
    limits: { memoryBytes: 6 * 1024 ** 3, processes: 256, cpus: Math.max(2, key.threads), cpuSeconds: 600 },
  })
  const which = files ? [answerPaths[0], 'ModelNew'] : [problemPath, 'Model']
  const argv = [python.path, '-s', '-B', programPath, ...which, String(key.threads)]
  const run = await sandbox.exec(argv, { timeoutSeconds: mostSeconds, ...(signal && { signal }) })
  signal?.throwIfAborted()
  if (run.timedOut) return { why: `it took more than ${mostSeconds} s` }
  const line = new TextDecoder().decode(run.stdout.slice(-mostCharacters)).trim().split('\n').at(-1) ?? ''
  try {
    return { profile: profileSchema.parse(JSON.parse(line)) }
  } catch {
    const said = new TextDecoder().decode(run.stderr).trim().slice(-500)
    return { why: said || `it ended with ${run.exitCode ?? run.signal}` }
  }
}

async function costIn(lab: Lab, { problem }: KernelsKey): Promise<Cost | undefined> {
  try {
    await using analyst = await Analyst.start(lab)
    const analysis = await analyst.analyse(problem, { flops: 1e18, bytes: 1e18 })
    return isRunnable(analysis) ? costOf(analysis) : undefined
  } catch (thrown) {
    lab.signal.throwIfAborted()
    process.emitWarning(`a problem's shapes are not known: ${messageOf(thrown)}`)
    return undefined
  }
}
