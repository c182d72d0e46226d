import { readdir, readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Agent, Means } from '../../../core/agent.ts'
import type { Environment } from '../../../core/environment.ts'
import { UsageError } from '../../../core/errors.ts'
import type { Submission } from '../../../core/submission.ts'
import { torchPython } from '../python.ts'

/** Where the tuner's programs lie in the agent's sandbox, and everything that it tries. */
const directory = '.baseline'
const mostSeconds = 290

const triedSchema = z.object({
  directory: z.string(),
  form: z.string(),
  speedup: z.number().nullable(),
  why: z.string().nullable(),
})
const reportSchema = z.discriminatedUnion('recognised', [
  z.object({ recognised: z.literal(true), best: z.array(z.string()).min(1), tried: z.array(triedSchema) }),
  z.object({ recognised: z.literal(false), why: z.string() }),
])
type Report = z.infer<typeof reportSchema>

/**
 * An agent without a model, for the first line of every table. It traces what the problem's forward does, operator by
 * operator, generates C++ for it, one loop nest or steps over a few rows at a time, tries forms and flags, and hands in
 * what the environment measures as the fastest that is right, even where that is slower than eager. Where it recognises
 * nothing it says why, and hands in nothing. It sees what any agent sees, and never consults the judge.
 */
export const baseline: Agent = baselineOf(60)

/** The agent, with so many seconds of wall time for tuning; what has been tried by then is what it chooses from. */
export function baselineOf(tuningSeconds: number): Agent {
  return {
    name: 'baseline',
    attempt: (environment, means) => attempt(environment, means, tuningSeconds),
  }
}

async function attempt(environment: Environment, means: Means, tuningSeconds: number): Promise<Submission> {
  if (environment.brief.answer.kind !== 'files' || !environment.actions.bash)
    throw new UsageError(
      'baseline-answer',
      'The baseline agent hands in files that it has tuned in a shell; this task has no room for them. Choose another agent.',
    )
  const nothing: Submission = { kind: 'files', files: new Map() }
  const report = await tune(environment, means, tuningSeconds)
  if (!report.recognised) {
    means.say(`Nothing recognised: ${report.why}. Nothing is handed in.`)
    return nothing
  }
  means.say(wordsOf(report))
  const best = await measured(environment, report.best, means)
  if (best) return best
  means.say(`What it generated does not stand up to the environment's own test; nothing is handed in.`)
  return nothing
}

const measuredSchema = z.object({ speedup: z.object({ median: z.number(), low: z.number() }) })

/** The fastest of these directories' answers, as the environment measures them; undefined where none is right. */
async function measured(
  environment: Environment,
  directories: readonly string[],
  means: Means,
): Promise<Submission | undefined> {
  let best: { low: number; submission: Submission; text: string } | undefined
  for (const each of directories) {
    const command = `cp ${quoted(each)}/model_new.py ${quoted(each)}/kernel.cpp .`
    await environment.act('bash', { command }, means.signal)
    const { ok, text, data } = await environment.act('measure', {}, means.signal)
    const read = measuredSchema.safeParse(data)
    if (!ok || !read.success) means.say(`${each} is left out: ${text.split('\n', 1)[0]}`)
    else if (!best || read.data.speedup.low > best.low)
      best = { low: read.data.speedup.low, submission: await environment.collect(), text }
  }
  if (best) means.say(`Handed in as the fastest: ${best.text.split('\n', 1)[0]}`)
  return best?.submission
}

async function tune(environment: Environment, means: Means, tuningSeconds: number): Promise<Report> {
  for (const [path, text] of await programs())
    await environment.act('write', { path: `${directory}/${path}`, text }, means.signal)
  const python = await torchPython()
  const threads = z.number().int().min(1).catch(1).parse(environment.brief.settings?.threads)
  const command = `${quoted(python.path)} -B ${directory}/main.py ${threads} ${tuningSeconds}`
  const ran = await environment.act('bash', { command, seconds: mostSeconds }, means.signal)
  return reportIn(ran.text) ?? { recognised: false, why: `the tuner came to no end: ${ran.text.slice(-500)}` }
}

/** The tuner's last line that is a report. */
function reportIn(text: string): Report | undefined {
  for (const line of text.split('\n').reverse()) {
    if (!line.startsWith('{')) continue
    try {
      return reportSchema.parse(JSON.parse(line))
    } catch {
      // A line of the problem's own, or one that was cut.
    }
  }
  return undefined
}

function wordsOf({ tried }: Report & { recognised: true }): string {
  const lines = tried.map(
    ({ form, speedup, why }) =>
      `- ${form}: ${speedup === null ? why : `${speedup.toFixed(2)} times as fast as eager${why === null ? '' : `, but ${why}`}`}`,
  )
  return `Recognised: ${tried.length} form${tried.length === 1 ? '' : 's'}, by the tuner's own clock:\n${lines.join('\n')}`
}

let known: Promise<ReadonlyMap<string, string>> | undefined

/** The tuner's Python programs, by file name. */
function programs(): Promise<ReadonlyMap<string, string>> {
  known ??= (async () => {
    const place = new URL('tuner/', import.meta.url)
    const names = (await readdir(place)).filter((name) => name.endsWith('.py')).sort()
    return new Map(
      await Promise.all(
        names.map(async (name) => [name, await readFile(new URL(name, place), 'utf8')] as const),
      ),
    )
  })()
  return known
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
