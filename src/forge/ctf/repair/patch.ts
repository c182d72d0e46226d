import { posix } from 'node:path'
import { z } from 'zod'
import { isPath } from '../../../core/files.ts'
import { linksOf } from '../../../sandbox/links.ts'
import type { FileSource, ServicePlan } from '../plan.ts'
import { servicePlanSchema } from '../plan.ts'

/** What a model may write itself, in characters and files together. */
const mostText = 16 * 1024
const mostTexts = 10

const { shape } = servicePlanSchema

/**
 * What may be changed of a service: how it is run. Its name and port stand in the instructions, and all else (judge,
 * players' files, solver) is not the service's. Files are given by path: from the challenge, as a text, or null to leave out.
 */
export const patchSchema = z.strictObject({
  transport: shape.transport.optional(),
  program: shape.program.optional(),
  command: shape.command.optional(),
  files: z
    .record(
      z.string(),
      z.union([
        z.strictObject({ from: z.string().min(1).max(4000) }),
        z.strictObject({ text: z.string().max(mostText) }),
        z.null(),
      ]),
    )
    .optional(),
  links: shape.links.optional(),
  env: shape.env.optional(),
  ready: shape.ready.optional(),
  plants: shape.plants.optional(),
  packages: shape.packages.optional(),
  memoryMb: shape.memoryMb.optional(),
})
export type Patch = z.infer<typeof patchSchema>

/** Why a patch is refused, in words for the model. */
export class Refused extends Error {}

/**
 * The service with the patch applied. Throws `Refused` for one that makes no sense, or that would make another service of
 * it: what is served stays a file of the challenge.
 */
export function patched(service: ServicePlan, patch: Patch, known: ReadonlySet<string>): ServicePlan {
  const { files: changes = {}, ...rest } = patch
  const files = filesOf(service.files, changes, known)
  const next = servicePlanSchema.parse({
    ...service,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    files,
  })
  checkProgram(service, next)
  checkPlants(service, next)
  try {
    linksOf(next.links)
  } catch (thrown) {
    throw new Refused(`links: ${(thrown as Error).message}`)
  }
  if (next.ready.expect !== undefined) checkPattern(next.ready.expect)
  if (JSON.stringify(next) === JSON.stringify(service)) throw new Refused('nothing is changed by it')
  return next
}

function filesOf(
  before: readonly FileSource[],
  changes: NonNullable<Patch['files']>,
  known: ReadonlySet<string>,
): FileSource[] {
  const files = new Map(before.map((file) => [file.path, file]))
  for (const [path, source] of Object.entries(changes)) {
    if (!isPath(path)) throw new Refused(`files: "${path}" is no path inside the service's directory`)
    if (source === null) files.delete(path)
    else if ('from' in source) {
      const again = before.some((file) => 'from' in file && file.from === source.from)
      if (!again && !known.has(source.from))
        throw new Refused(`files: the challenge has no file "${source.from}"`)
      files.set(path, { path, from: source.from })
    } else files.set(path, { path, text: source.text })
  }
  const written = Object.values(changes).flatMap((source) =>
    source && 'text' in source ? [source.text] : [],
  )
  const length = written.reduce((total, text) => total + text.length, 0)
  if (written.length > mostTexts || length > mostText)
    throw new Refused(`files: at most ${mostTexts} texts with ${mostText} characters together may be written`)
  return [...files.values()]
}

/** A server that a model has written answers, and is not the challenge. */
function checkProgram(before: ServicePlan, { program, files, command }: ServicePlan): void {
  const wrote = (path: string) =>
    files.some((file) => file.path === path && 'text' in file) &&
    !before.files.some((file) => file.path === path && 'text' in file)
  const source = files.find(({ path }) => path === program)
  if (!source) throw new Refused(`program: "${program}" is not among the files`)
  if (wrote(program))
    throw new Refused('program: what is served has to be a file of the challenge, not a text')
  const name = posix.basename(program)
  const texts = files.flatMap((file) => ('text' in file ? [file.text] : []))
  if (![...command, ...texts].some((text) => text.includes(name)))
    throw new Refused(`command: neither it nor a file that was written runs ${name}`)
}

function checkPlants(before: ServicePlan, { plants, files }: ServicePlan): void {
  const had = new Set(before.plants.map(({ secret }) => secret))
  const has = new Set(plants.map(({ secret }) => secret))
  for (const secret of had) if (!has.has(secret)) throw new Refused(`plants: the ${secret} has to be planted`)
  for (const secret of has) if (!had.has(secret)) throw new Refused(`plants: there is no secret "${secret}"`)
  for (const plant of plants) {
    if (!('template' in plant)) continue
    const file = files.find(({ path }) => path === plant.template)
    if (!file) throw new Refused(`plants: "${plant.template}" is not among the files`)
    if ('text' in file && !file.text.includes(plant.placeholder))
      throw new Refused(`plants: "${plant.template}" does not have the placeholder`)
  }
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern)
  } catch {
    throw new Refused('ready.expect is no regular expression')
  }
}
