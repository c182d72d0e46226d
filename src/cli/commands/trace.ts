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
  toolchain?: string
  backend?: BackendName
  json?: boolean
}

export interface ExportFlags {
  parquet: string
  json?: boolean
}

const goesOn = `The same command goes on where it was stopped, and traces again only what has changed or failed. Exit code 1:
nothing was traced. 3: stopped, or the machine failed; the same command goes on.`

export function addTrace(program: Command): void {
  const command = program
    .command('trace')
    .description('data from proof libraries: theorems, states, tactics, premises')
  addTracer(command, 'rocq', '<dir|stdlib>', 'a directory, as its _CoqProject maps it; or stdlib')
    .description('trace a directory of .v files, or the standard library, and split it for training')
    .option(
      '--seconds <n>',
      'limit: wall time of one sentence; compiling a file has ten times as much',
      whole(1),
      120,
    )
    .option('--memory <mib>', 'limit: memory of one process', whole(64), 3072)
    .addHelpText(
      'after',
      `
Examples:
  $ touchstone trace rocq stdlib --out traces/stdlib
  $ touchstone trace rocq my/theories --out traces/mine --concurrency 4

docs/traces.md says what is written. ${goesOn}`,
    )
  addTracer(command, 'lean', '<project>', 'a Lake project that was built')
    .description('trace a Lake project with its own Lean; never run with a real one so far')
    .option('--toolchain <dir>', "Lean's directory; elan's for the project where it is not named")
    .option('--seconds <n>', 'limit: wall time of one file', whole(1), 900)
    .option('--memory <mib>', 'limit: memory of one process', whole(64), 8192)
    .addHelpText(
      'after',
      `
The program that Lean runs here was written without a Lean at hand and has never been run: docs/traces.md says what it
rests on. Please report what it does.

Example:
  $ touchstone trace lean my/project --out traces/mine

${goesOn}`,
    )
  command
    .command('export')
    .description('write a trace as Parquet: files, premises, theorems and steps')
    .argument('<dir>', 'what touchstone trace rocq or lean wrote to --out')
    .requiredOption('--parquet <dir>', 'where to write the tables')
    .option('--json', 'how many rows each has as one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ touchstone trace export traces/stdlib --parquet tables/stdlib')
    .action(async (directory: string, flags: ExportFlags) => {
      const { performExport } = await import('../perform-trace-export.ts')
      await performExport(directory, flags)
    })
}

function addTracer(command: Command, prover: 'rocq' | 'lean', argument: string, meaning: string): Command {
  return command
    .command(prover)
    .argument(argument, meaning)
    .requiredOption('--out <dir>', 'where to keep it, and what to go on with')
    .option('--concurrency <n>', 'files at once', whole(1), 2)
    .option('--limit <n>', 'at most so many files, those first that require nothing else', whole(1))
    .option('--seed <text>', 'chooses the splits', '0')
    .addOption(backendOption())
    .option('--json', 'what came of it as one JSON document on stdout')
    .action(async (source: string, flags: TraceFlags) => {
      const { performTrace } = await import('../perform-trace.ts')
      await performTrace(prover, source, flags)
    })
}
