import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { categoryOf } from '../../../domains/security/loaders/category.ts'
import { textInside } from '../../../domains/security/loaders/disk.ts'

const schema = z.looseObject({
  name: z.string().optional().catch(undefined),
  challenges: z
    .array(z.unknown())
    .catch([])
    .transform((all) =>
      all.flatMap((each) => z.looseObject({ id: z.string(), name: z.string() }).safeParse(each).data ?? []),
    ),
})

/** A competition of the CTF Archive. */
export interface Module {
  readonly name: string | undefined
  /** `CATEGORY - POINTS - NAME` by the challenge's directory. */
  readonly titles: ReadonlyMap<string, string>
  /** Changes with the file. */
  readonly digest: string
}

/** A competition's `module.yml`; where it cannot be read, its challenges still have their directories. Never throws. */
export async function moduleOf(root: string, competition: string): Promise<Module> {
  const text = (await textInside(join(root, competition), 'module.yml', 256 * 1024).catch(() => '')) ?? ''
  const digest = createHash('sha256').update(text).digest('hex')
  try {
    const parsed = parse(text, { schema: 'core', maxAliasCount: 50, uniqueKeys: false, logLevel: 'silent' })
    const { name, challenges } = schema.parse(parsed)
    return { name, titles: new Map(challenges.map(({ id, name }) => [id, name])), digest }
  } catch {
    return { name: undefined, titles: new Map(), digest }
  }
}

/** The category that a module's title of a challenge says, if it says one. */
export function categoryInTitle(title: string | undefined): string | undefined {
  const parts = title?.split(' - ') ?? []
  return parts.length > 1 ? categoryOf(parts[0]) : undefined
}

/** The name in a module's title. */
export function nameInTitle(title: string): string {
  return (title.split(' - ').at(-1) ?? title).trim()
}
