import type { Command } from 'commander'
import { type BackendName, backendOption } from '../backend.ts'
import { whole } from '../run-options.ts'

/** The command line's form of a trace. */
export interface TraceFlags {
  out: string
  concurrency: number
  limit?: number
  seed: string
  seconds: number
  memory: number
  backend?: BackendName
  json?: boolean
}

export function addTrace(program: Command): void {
  const command = program
    .command('trace')
    .description('data from proof libraries: theorems, states, tactics, premises')
  command
    .command('rocq')
    .description('trace a directory of .v files, or the standard library, and split it for training')
    .argument('<dir|stdlib>', 'a directory, as its _CoqProject maps it; or stdlib')
    .requiredOption('--out <dir>', 'where to keep it, and what to go on with')
    .option('--concurrency <n>', 'files at once', whole(1), 2)
    .option('--limit <n>', 'at most so many files, those first that require nothing else', whole(1))
    .option('--seed <text>', 'chooses the splits', '0')
    .option(
      '--seconds <n>',
      'limit: wall time of one sentence; compiling a file has ten times as much',
      whole(1),
      120,
    )
    .option('--memory <mib>', 'limit: memory of one process', whole(64), 3072)
    .addOption(backendOption())
    .option('--json', 'what came of it as one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ touchstone trace rocq stdlib --out traces/stdlib
  $ touchstone trace rocq my/theories --out traces/mine --concurrency 4

docs/traces.md says what is written. The same command goes on where it was stopped, and traces again only what has
changed or failed. Exit code 1: nothing was traced. 3: stopped, or the machine failed; the same command goes on.`,
    )
    .action(async (source: string, flags: TraceFlags) => {
      const { performTrace } = await import('../perform-trace.ts')
      await performTrace(source, flags)
    })
}
