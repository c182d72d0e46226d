import { z } from 'zod'
import type { Plan } from '../plan.ts'

const decoder = new TextDecoder()

/**
 * `challenge.json` in the form of NYU CTF Bench (https://github.com/NYU-LLM-CTF/NYU_CTF_Bench), which EnIGMA reads too.
 * `flag` is what stands in the written files; without one only the digest is told, and `nyuIndex` leaves the task out.
 */
export function challengeJsonOf(
  plan: Plan,
  about: {
    readonly title: string
    readonly description: string
    readonly flag: string | undefined
    /** The player's files, below `environment/`. */
    readonly players: readonly string[]
  },
): string {
  const { service } = plan
  const year = yearOf(plan.competition)
  const json = {
    name: about.title,
    category: plan.category,
    description: about.description,
    flag: about.flag,
    flag_sha256: plan.flag.kind === 'sha256' ? plan.flag.digest : undefined,
    files: about.players.map((path) => `environment/${path}`),
    ...(service && {
      box: service.name,
      internal_port: service.port,
      proto: service.transport === 'http' ? 'http' : 'nc',
    }),
    compose: service !== undefined,
    competition: plan.competition || undefined,
    year,
  }
  return `${JSON.stringify(json, wellFormed, 2)}\n`
}

/** Names as they are on disk: JSON would escape what UTF-8 has no bytes for. */
function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value
}

const jsonText = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    context.addIssue('is not JSON')
    return z.NEVER
  }
})

const writtenText = jsonText.pipe(
  z.looseObject({
    name: z.string(),
    category: z.string(),
    flag: z.string().optional(),
    competition: z.string().default(''),
    year: z.string().default(''),
  }),
)

/**
 * `test_dataset.json`, the list by which NYU CTF Bench finds its challenges, for a suite whose tasks this module wrote:
 * their names with the text of their `challenge.json`. Tasks of which no flag is known in the clear are left out, since
 * nobody could judge them by this list; so are those with a text that was not written here.
 */
export function nyuIndex(tasks: Iterable<readonly [id: string, challengeJson: string | Uint8Array]>): string {
  const entries = [...tasks].flatMap(([id, text]) => {
    const json = writtenText.safeParse(typeof text === 'string' ? text : decoder.decode(text)).data
    if (json?.flag === undefined) return []
    const { year, competition, category, name } = json
    return [[id, { year, event: competition, category, challenge: name, path: id }] as const]
  })
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`
}

/** The year that a competition's name has: `csaw2021`, `Plaid CTF 2015`. */
function yearOf(competition: string): string | undefined {
  return /(?<!\d)(?:19|20)\d\d(?!\d)/.exec(competition)?.[0]
}
