import type { Command } from 'commander'

/** How a suite is to be read. */
export interface SuiteFlags {
  errata?: boolean
  variant?: string
}

/** Adds the options that every command with a suite has. */
export function suiteOptions(command: Command): Command {
  return command
    .option('--errata', "apply the suite's known corrections; named in every result")
    .option('--variant <name>', "a loader's variant of the benchmark, such as code-complete")
}
