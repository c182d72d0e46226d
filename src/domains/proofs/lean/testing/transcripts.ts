import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Transcripts of a real REPL, where they are at hand. */
export const transcriptsDirectory: string = join(
  import.meta.dirname,
  '../../../../../../shared/data/lean-repl',
)

/** Why there are none, or undefined where there are. */
export const transcriptsMissing: string | undefined = existsSync(transcriptsDirectory)
  ? undefined
  : 'the transcripts of the Lean REPL are not beside the repository'

export interface Transcript {
  /** `core/proof_step`. */
  readonly name: string
  /** As they were written: with raw line breaks in strings, some of them. */
  readonly requests: readonly string[]
  /** As they came; undefined where nobody recorded them. */
  readonly replies: readonly string[] | undefined
}

export function transcripts(): Transcript[] {
  return ['core', 'mathlib'].flatMap((folder) =>
    readdirSync(join(transcriptsDirectory, folder))
      .filter((file) => file.endsWith('.in'))
      .sort()
      .map((file) => transcriptOf(folder, file.replace(/\.in$/, ''))),
  )
}

function transcriptOf(folder: string, name: string): Transcript {
  const path = join(transcriptsDirectory, folder, name)
  const out = `${path}.expected.out`
  return {
    name: `${folder}/${name}`,
    requests: blocks(readFileSync(`${path}.in`, 'utf8')),
    replies: existsSync(out) ? blocks(readFileSync(out, 'utf8')) : undefined,
  }
}

export function blocks(text: string): string[] {
  return text
    .split(/\n[ \t]*\n/)
    .map((block) => block.replace(/^\n+|\s+$/g, ''))
    .filter((block) => block !== '')
}

/** What the REPL reads: lines joined without what was between them. */
export function requestOf(block: string): Record<string, unknown> {
  const joined = block
    .split('\n')
    .map((line) => line.trimEnd())
    .join('')
  return JSON.parse(joined)
}
