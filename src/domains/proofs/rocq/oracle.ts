import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { sentencesOf } from './sentences.ts'
import { standardLibrary } from './testing.ts'

/**
 * Where the sentences that `coqc -time` names in a file of the standard library are not those found here, in words. A few
 * files only compile under their own module's name: of those, what coqc has read before it stops is compared.
 */
export function coqcDisagrees(file: string): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'touchstone-time-'))
  try {
    const initial = file.includes('/Init/') ? ['-noinit'] : []
    const library = ['-R', standardLibrary(), 'Coq']
    const output = ['-o', join(directory, `${basename(file)}o`)]
    const argv = ['-q', '-w', 'none', ...initial, ...library, '-time', ...output, file]
    const { stdout, status } = spawnSync('coqc', argv, { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 })
    const spans = [...stdout.matchAll(/^Chars (\d+) - (\d+) /gm)].map(([, start, end]) => `${start}-${end}`)
    // What stands in a proof and is no tactic is done a second time at its end, and named a second time.
    const expected = [...new Set(spans)]
    const found = spansOf(readFileSync(file, 'utf8'))
    if (status === 0 && expected.length !== found.length)
      return `coqc has ${expected.length} sentences, ${found.length} were found`
    const at = expected.findIndex((span, index) => span !== found[index])
    return at < 0 ? undefined : `sentence ${at} is at ${expected[at]}, and was found at ${found[at]}`
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** In bytes, as coqc counts. */
function spansOf(text: string): string[] {
  let [at, bytes] = [0, 0]
  const offset = (to: number) => {
    bytes += Buffer.byteLength(text.slice(at, to))
    at = to
    return bytes
  }
  return [...sentencesOf(text)].map(({ start, end }) => `${offset(start)}-${offset(end)}`)
}
