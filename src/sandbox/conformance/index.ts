import type { Case } from './case.ts'
import { commands } from './commands.ts'
import { devices } from './devices.ts'
import { files } from './files.ts'
import { gauge } from './gauge.ts'
import { isolation } from './isolation.ts'
import { limits } from './limits.ts'
import { narrow } from './narrow.ts'
import { pods } from './pods.ts'
import { processes } from './processes.ts'
import { terminals } from './terminals.ts'

export type { Case } from './case.ts'

/**
 * What every back end has to pass, by subject. It needs no test runner, so that it can also be run on a machine that
 * somebody wants to trust; nothing but sh, Perl and coreutils has to be there.
 */
export const conformance: Readonly<Record<string, readonly Case[]>> = {
  commands,
  limits,
  processes,
  files,
  isolation,
  narrow,
  gauge,
  devices,
  pods,
  terminals,
}
