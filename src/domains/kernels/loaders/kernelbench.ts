import type { LoadOptions, SuiteLoader } from '../../../core/domain.ts'
import { InfrastructureError, UsageError } from '../../../core/errors.ts'
import { fileSet } from '../../../core/files.ts'
import type { Suite, Task, UnavailableTask } from '../../../core/task.ts'
import type { KernelsKey } from '../key.ts'
import { isRunnable, type Runnable } from '../shapes/analysis.ts'
import { type Budget, defaultBudget, withLimit } from '../shapes/budget.ts'
import { knownAnalysis } from '../shapes/cache.ts'
import { SharedAnalyst } from '../shapes/shared.ts'
import { briefOf } from './brief.ts'
import { type Problem, problemsIn, versionOf } from './problems.ts'

/**
 * KernelBench (https://github.com/ScalingIntelligence/KernelBench, MIT): a checkout, or one of its levels. The variant is
 * `level1` … `level4`, limits on what is run (`10gflop`, `256mb`), or several of these with commas; what is larger is made
 * smaller (docs/kernelbench.md).
 */
export const kernelbench: SuiteLoader = { name: 'kernelbench', load }

async function load(directory: string, { variant }: LoadOptions): Promise<Suite> {
  const { level, budget } = readVariant(variant)
  const problems = await problemsIn(directory, level)
  const version = versionOf(problems)
  const name = level === null ? 'kernelbench' : `kernelbench-level${level}`
  const origin = { suite: name, source: directory, version, licence: 'MIT' }
  const analyst = new SharedAnalyst()
  const looked = await Promise.all(
    problems.map(async (problem) => ({ problem, why: await whyNot(problem, budget) })),
  )
  const there = looked.filter(({ why }) => why === undefined)
  const unavailable = looked.flatMap(({ why }) => why ?? [])
  const rest = unavailable.length > 0 ? `; ${unavailable.length} that cannot be run here` : ''
  return {
    name,
    version,
    description: `KernelBench${level === null ? '' : `, level ${level}`}: ${there.length} PyTorch modules to make faster${rest}`,
    licence: origin.licence,
    source: directory,
    tasks: there.map(({ problem }) => ({
      id: problem.id,
      title: problem.title,
      ...(problem.level !== null && { category: `level ${problem.level}` }),
      load: async () => taskOf(problem, await analysed(analyst, problem, budget), origin),
    })),
    unavailable,
  }
}

/** Level and budget of `level2,10gflop,256mb`. Throws `UsageError` (`unknown-variant`). */
export function readVariant(variant: string | undefined): { level: number | null; budget: Budget } {
  let level: number | null = null
  let budget = defaultBudget
  for (const part of variant?.split(',') ?? []) {
    const named = /^level([1-4])$/.exec(part.trim())?.[1]
    if (named === undefined) budget = withLimit(budget, part.trim())
    else level = Number(named)
  }
  return { level, budget }
}

/** Why a problem cannot be tried, as far as that is known without running it. */
async function whyNot({ id, level, source }: Problem, budget: Budget): Promise<UnavailableTask | undefined> {
  const category = level === null ? {} : { category: `level ${level}` }
  if (/^\s*(?:from|import)\s+transformers\b/m.test(source)) {
    const why =
      'it takes the transformers package and fetches a published model’s weights when it is loaded; problems run without a network'
    return { id, kind: 'needs-network', why, ...category }
  }
  const known = await knownAnalysis(source, budget)
  return known && 'unavailable' in known ? { id, ...known.unavailable, ...category } : undefined
}

/** Throws `UsageError` (`unavailable`) for a problem that turns out not to run here; the next listing knows. */
async function analysed(analyst: SharedAnalyst, { id, source }: Problem, budget: Budget): Promise<Runnable> {
  const analysis = await analyst.analyse(source, budget)
  if (isRunnable(analysis)) return analysis
  const { kind, why } = analysis.unavailable
  if (kind === 'time')
    throw new InfrastructureError('analysis-time', `${id}: looking at what it costs came to no end: ${why}`)
  throw new UsageError(
    'unavailable',
    `${id} cannot be run here (${kind}): ${why}. It is left out from now on: give the same command again`,
  )
}

function taskOf(problem: Problem, { scaled }: Runnable, origin: Task['origin']): Task<KernelsKey> {
  const key: KernelsKey = {
    problem: scaled?.source ?? problem.source,
    shapes: [],
    ...(scaled && {
      scaling: { published: scaled.published, run: scaled.run, reason: scaled.reason },
    }),
    device: 'cpu',
    threads: 1,
    solved: 'faster',
    // The first level has single operators: to call the operator would be no answer.
    library: problem.level === 1 ? 'forbidden' : 'allowed',
    solution: fileSet({}),
  }
  return { id: problem.id, domain: 'kernels', brief: briefOf(key), key, origin, errata: [] }
}
