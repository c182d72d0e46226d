import { readdir, readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Agent, Means } from '../../../core/agent.ts'
import type { Environment } from '../../../core/environment.ts'
import { UsageError } from '../../../core/errors.ts'
import { torchPython } from '../python.ts'

/** Where the tuner's programs lie in the agent's sandbox, and everything that it tries. */
const directory = '.baseline'
/** Wall time for tuning; what has been tried by then is what the best is chosen from. */
const tuningSeconds = 120
const mostSeconds = 290

const triedSchema = z.object({
  keep: z.string(),
  width: z.number(),
  flags: z.array(z.string()),
  speedup: z.number().nullable(),
  why: z.string().nullable(),
})
const reportSchema = z.discriminatedUnion('recognised', [
  z.object({ recognised: z.literal(true), speedup: z.number(), tried: z.array(triedSchema) }),
  z.object({ recognised: z.literal(false), why: z.string() }),
])
type Report = z.infer<typeof reportSchema>

/**
 * An agent without a model, for the first line of every table. It traces what the problem's forward does, operator by
 * operator, and where that is elementwise work, reductions, normalisations or cumulative sums over one space of loops, it
 * generates one fused function in C++ for it, tries forms and flags, and hands in the fastest that is right. Where it
 * recognises nothing it says why, and hands in nothing. It sees what any agent sees, and never consults the judge.
 */
export const baseline: Agent = {
  name: 'baseline',
  async attempt(environment, means) {
    if (environment.brief.answer.kind !== 'files' || !environment.actions.bash)
      throw new UsageError(
        'baseline-answer',
        'The baseline agent hands in files that it has tuned in a shell; this task has no room for them. Choose another agent.',
      )
    const report = await tune(environment, means)
    if (!report.recognised) {
      means.say(`Nothing recognised: ${report.why}. Nothing is handed in.`)
      return { kind: 'files', files: new Map() }
    }
    means.say(wordsOf(report))
    const measured = await environment.act('measure', {}, means.signal)
    if (!measured.ok) {
      means.say(`What it generated does not stand up to the environment's own test; nothing is handed in.`)
      return { kind: 'files', files: new Map() }
    }
    return environment.collect()
  },
}

async function tune(environment: Environment, means: Means): Promise<Report> {
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

function wordsOf({ speedup, tried }: Report & { recognised: true }): string {
  const lines = tried.map(({ keep, width, flags, speedup: each, why }) => {
    const form = `${keep === '' ? 'nothing kept' : `${keep} values kept`}, ${width} columns, ${flags.at(-1)}`
    return `- ${form}: ${each === null ? why : `${each.toFixed(2)} times as fast as eager`}`
  })
  return `Recognised: ${tried.length} forms of one fused loop nest, the best ${speedup.toFixed(2)} times as fast as eager.\n${lines.join('\n')}`
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
