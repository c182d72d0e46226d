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

export const proofsTools: readonly Tool[] = [coqcTool, coqchkTool, leanTool]
