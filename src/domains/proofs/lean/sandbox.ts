import type { SandboxSpec } from '../../../core/sandbox.ts'

/** Where Lean is, and how a sandbox is made that has it. */
export interface LeanPlace {
  /** The REPL's command, as it is called inside. */
  readonly repl: readonly string[]
  /** Host directories shown inside: the toolchain, the REPL, compiled packages. */
  readonly mounts: readonly { readonly host: string; readonly inside: string }[]
  /** Where Lean finds itself and what it imports. */
  readonly env: Readonly<Record<string, string>>
}

/** What of a sandbox's specification makes Lean run in it. */
export function leanSandbox({
  mounts,
  env,
}: Pick<LeanPlace, 'mounts' | 'env'>): Pick<SandboxSpec, 'mounts' | 'env'> {
  return { mounts, env }
}
