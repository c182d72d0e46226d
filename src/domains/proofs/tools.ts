import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tool } from '../../core/domain.ts'

/** Rocq: its compiler and the independent checker of what it compiles. */
export const coqcTool: Tool = {
  name: 'coqc',
  apt: 'coq',
  versionArgv: ['coqc', '--version'],
  versionPattern: /version (\d+(?:\.\d+)*)/,
  minimum: '8.16',
}
export const coqchkTool: Tool = {
  name: 'coqchk',
  apt: 'coq',
  versionArgv: ['coqchk', '--version'],
  versionPattern: /version (\d+(?:\.\d+)*)/,
  minimum: '8.16',
}
/** Lean is no Debian package: https://lean-lang.org says how to install it. */
export const leanTool: Tool = {
  name: 'lean',
  apt: 'elan',
  versionArgv: ['lean', '--version'],
  versionPattern: /version (\d+(?:\.\d+)*)/,
  minimum: '4.12',
  onlyFor: 'proofs in Lean',
}

const doctor = new URL(`./lean/doctor${extname(import.meta.url)}`, import.meta.url)

/** The community's REPL, which has no version of its own: a program of ours looks where it is, and for which Lean. */
const leanReplTool: Tool = {
  name: 'lean-repl',
  apt: 'elan',
  versionArgv: [process.execPath, fileURLToPath(doctor)],
  versionPattern: /REPL for Lean (\d+(?:\.\d+)*)/,
  minimum: '4.12',
  onlyFor:
    'live proofs in Lean: build leanprover-community/repl, set TOUCHSTONE_LEAN_REPL or TOUCHSTONE_LEAN_PROJECT',
}

export const proofsTools: readonly Tool[] = [coqcTool, coqchkTool, leanTool, leanReplTool]
