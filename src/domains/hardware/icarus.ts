import type { Tool } from '../../core/domain.ts'
import { InfrastructureError } from '../../core/errors.ts'
import type { Finished, Sandbox } from '../../core/sandbox.ts'

export const iverilogTool: Tool = {
  name: 'iverilog',
  apt: 'iverilog',
  versionArgv: ['iverilog', '-V'],
  versionPattern: /Icarus Verilog version (\d+(?:\.\d+)*)/,
  minimum: '11.0',
}
export const vvpTool: Tool = {
  name: 'vvp',
  apt: 'iverilog',
  versionArgv: ['vvp', '-V'],
  versionPattern: /runtime version (\d+(?:\.\d+)*)/,
  minimum: '11.0',
}

/** The warnings and the language of VerilogEval's official protocol. */
export const officialFlags = ['-Wall', '-Winfloop', '-Wno-timescale', '-g2012'] as const

export function missingTool(): InfrastructureError {
  return new InfrastructureError(
    'no-iverilog',
    'iverilog or vvp is not in the sandbox; install them with: apt-get install -y iverilog',
    { retryable: false },
  )
}

/**
 * Throws where a run failed because the program is not there. Its exit code alone does not tell: iverilog exits with
 * its number of errors, and 127 errors look like a missing program.
 */
export async function requireTool(sandbox: Sandbox, finished: Finished): Promise<void> {
  if (finished.exitCode !== 126 && finished.exitCode !== 127) return
  const script = 'command -v iverilog >/dev/null && command -v vvp >/dev/null'
  const { exitCode } = await sandbox.exec(['sh', '-c', script])
  if (exitCode !== 0) throw missingTool()
}

/** Whether a compilation failed. 256 errors make the exit code 0. */
export function hasFailed(finished: Finished, log: string): boolean {
  return finished.exitCode !== 0 || /^\S+:\d+: (?:syntax )?error\b/m.test(log)
}
