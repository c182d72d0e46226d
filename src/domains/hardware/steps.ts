import { InfrastructureError } from '../../core/errors.ts'
import type { Sandbox } from '../../core/sandbox.ts'
import { missingTool } from './icarus.ts'

/** Processor time for the compiler, in seconds; honest designs need a hundredth of it. */
export const compileSeconds = 10
/** Wall time for it, after which either it waits for something or the machine is too busy to judge. */
export const patienceSeconds = 60

/** Exit codes of the scripts themselves. No program's own exit code is ever passed on as one. */
export const codes = { stalled: 95, missing: 96 } as const
const processesPath = 'processes-at-stall'

/** Ends the script where a program is not installed; nothing that is printed says so reliably. */
export const requireTools = `for tool in iverilog vvp timeout; do command -v $tool >/dev/null || exit ${codes.missing}; done`

/**
 * One run of iverilog within its time, which leaves its log and its output. Its exit code is its number of errors
 * modulo 256, so a file must be there too. `otherwise` runs where it fails.
 */
export function compileStep(
  options: string,
  files: { readonly output: string; readonly log: string },
  otherwise: string,
  patience = patienceSeconds,
): string {
  const { output, log } = files
  const inner = [
    `trap "cat /proc/[0-9]*/stat >${processesPath}; exit" TERM`,
    `ulimit -t ${compileSeconds}`,
    `iverilog ${options} & wait $!`,
    'echo $? >ended',
  ]
  return [
    `rm -f ${output} ended`,
    `timeout --foreground ${patience} sh -c '${inner.join('; ')}' >${log} 2>&1 </dev/null`,
    `[ -e ${processesPath} ] && exit ${codes.stalled}`,
    `{ [ "$(cat ended)" = 0 ] && [ -e ${output} ]; } || { ${otherwise}; }`,
  ].join('\n')
}

/**
 * Throws where a program is missing, or where the compiler was still at work when its wall time was gone. Returns
 * true where it was waiting instead: then the design made it wait, since it reads nothing else.
 */
export async function hasStalled(sandbox: Sandbox, exitCode: number | null): Promise<boolean> {
  if (exitCode === codes.missing) throw missingTool()
  if (exitCode !== codes.stalled) return false
  const processes = new TextDecoder().decode(await sandbox.read(processesPath))
  const working = /^\d+ \((?:iverilog|ivlpp|ivl)\) [^SZ]/m.test(processes)
  if (working || !/^\d+ \((?:iverilog|ivlpp|ivl)\)/m.test(processes)) throw tooSlow(patienceSeconds)
  return true
}

export function tooSlow(seconds: number): InfrastructureError {
  return new InfrastructureError(
    'too-slow',
    `Icarus Verilog did not get its processor time in ${seconds} s: the machine is too busy; run fewer trials at once`,
  )
}
