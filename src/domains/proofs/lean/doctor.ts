/** Says which Lean REPL would be used and for which Lean, or what is missing: run by `touchstone doctor`, as a program. */
import { execa } from 'execa'
import { messageOf } from '../../../core/errors.ts'
import { findLean, placeOf } from './find.ts'

try {
  const here = await findLean()
  placeOf(here)
  const { stdout } = await execa(`${here.toolchain}/bin/lean`, ['--version'], { stdin: 'ignore' })
  const version = /version (\d+(?:\.\d+)*)/.exec(stdout)?.[1] ?? 'unknown'
  console.log(`Lean REPL for Lean ${version}: ${here.repl}, ${here.modules.length} directories of modules`)
} catch (thrown) {
  console.error(messageOf(thrown))
  process.exitCode = 3
}
