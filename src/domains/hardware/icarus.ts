import type { Tool } from '../../core/domain.ts'
import { InfrastructureError } from '../../core/errors.ts'
import type { Finished } from '../../core/sandbox.ts'

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

/** Throws where the shell did not find the program, which says nothing about the design. */
export function requireTool(finished: Finished, log: string): void {
  const missing = finished.exitCode === 127 || finished.exitCode === 126
  if (
    missing ||
    /(?:iverilog|vvp|ivlpp|ivl): (?:command )?not found|Unable to open .*\.(?:tgt|conf)/.test(log)
  ) {
    throw new InfrastructureError(
      'no-iverilog',
      `iverilog cannot be run in the sandbox (${log.trim().split('\n')[0] || `exit code ${finished.exitCode}`}); install it with: apt-get install -y iverilog`,
      { retryable: false },
    )
  }
}
