import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const suite = fileURLToPath(new URL('../../suites/security-basics/', import.meta.url))

/**
 * The tasks of `security-basics` that have a server, as raw directories that nothing of Touchstone is left in: the text
 * for the players, the player's files and the server's in one heap, and somebody's solver. Returns their names.
 */
export function rawChallenges(into: string): string[] {
  const names = readdirSync(suite).filter((name) => existsSync(join(suite, name, 'services')))
  for (const name of names) {
    const from = join(suite, name)
    const to = join(into, name)
    mkdirSync(to, { recursive: true })
    writeFileSync(join(to, 'DESCRIPTION.md'), readFileSync(join(from, 'instruction.md')))
    if (existsSync(join(from, 'environment'))) cpSync(join(from, 'environment'), to, { recursive: true })
    for (const service of readdirSync(join(from, 'services')))
      cpSync(join(from, 'services', service), to, { recursive: true })
    cpSync(join(from, 'solution'), to, { recursive: true })
  }
  return names
}
