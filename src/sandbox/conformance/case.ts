import type { CommandOptions, Finished, Sandbox, SandboxBackend, SandboxSpec } from '../../core/sandbox.ts'

/** One thing that every back end has to do or to prevent. `run` throws where it does not. */
export interface Case {
  readonly name: string
  /** The back end may say that it has no pods here (`InfrastructureError`, `pod-needs-root`); the case then means nothing. */
  readonly needsPods?: true
  /** A control group has to hold the limit: with rlimits alone it holds less, which `facts` says. */
  readonly needsControlGroups?: true
  run(backend: SandboxBackend): Promise<void>
}

export const text = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString()

/** Opens a sandbox, uses it, and closes it. */
export async function inSandbox<T>(
  backend: SandboxBackend,
  spec: Partial<SandboxSpec>,
  use: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const sandbox = await backend.open({ name: 'conformance', ...spec })
  try {
    return await use(sandbox)
  } finally {
    await sandbox[Symbol.asyncDispose]()
  }
}

export const shell = (sandbox: Sandbox, script: string, options?: CommandOptions): Promise<Finished> =>
  sandbox.exec(['/bin/sh', '-c', script], options)

export const perl = (sandbox: Sandbox, script: string, options?: CommandOptions): Promise<Finished> =>
  sandbox.exec(['/usr/bin/perl', '-e', script], options)

/** What a script prints, trimmed. */
export async function says(sandbox: Sandbox, script: string, options?: CommandOptions): Promise<string> {
  return (text((await shell(sandbox, script, options)).stdout) ?? '').trim()
}
