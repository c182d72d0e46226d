import { InfrastructureError } from '../../core/errors.ts'
import { fileSet } from '../../core/files.ts'
import type { Finished, Sandbox } from '../../core/sandbox.ts'
import type { Finding } from '../../core/verdict.ts'
import { requireTool } from './icarus.ts'
import { answerPath, type KeyFacts } from './key.ts'
import { checkDesign, checkSource, needsPreprocessor } from './rules.ts'
import { type Token, tokenize } from './tokens.ts'

/** Processor time for the compiler, in seconds; honest designs need a thousandth of it. */
export const compileSeconds = 30
/** Wall time, after which the machine is too busy to judge. */
const patienceSeconds = 10 * compileSeconds

/** Largest file that expanding or compiling a design may leave; honest ones are a thousandth of it. */
export const assemblyBytes = 16 * 1024 ** 2

/** A design whose every token is known: macros expanded, comments gone, rules kept. */
export interface CleanDesign {
  readonly text: string
  readonly tokens: readonly Token[]
}

/** What a step on the design came to when it is not to go on. */
export interface Stop {
  readonly outcome: 'unsolved' | 'rejected'
  readonly reason: string
  readonly findings: readonly Finding[]
  readonly log?: string
}

export function isStop(value: object): value is Stop {
  return 'outcome' in value
}

/** Reads the text and applies the rules; asks for a sandbox only where there are macros to expand. */
export async function cleanDesign(
  source: string,
  key: KeyFacts,
  sandbox: () => Promise<Sandbox>,
): Promise<CleanDesign | Stop> {
  const raw = tokenize(source)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
  const control = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.exec(source)
  if (control !== null) {
    const line = source.slice(0, control.index).split('\n').length
    return syntaxStop(line, 'a control character: the file is not plain text')
  }
  if (raw.problem !== undefined) return syntaxStop(raw.problem.line, raw.problem.message)
  const early = checkSource(raw.tokens)
  if (early.length > 0) return rejected(early)
  if (!needsPreprocessor(raw.tokens)) return checked(raw.text, raw.tokens, key)
  const expanded = await preprocess(raw.text, await sandbox())
  if (typeof expanded !== 'string') return expanded
  const lexed = tokenize(expanded)
  if (lexed.problem !== undefined) return syntaxStop(lexed.problem.line, lexed.problem.message)
  return checked(lexed.text, lexed.tokens, key)
}

function checked(text: string, tokens: readonly Token[], key: KeyFacts): CleanDesign | Stop {
  const findings = checkDesign(text, tokens, key)
  return findings.length > 0 ? rejected(findings) : { text, tokens }
}

async function preprocess(text: string, sandbox: Sandbox): Promise<string | Stop> {
  await sandbox.write(fileSet({ [answerPath]: text }))
  const run = await sandbox.exec(['iverilog', '-g2012', '-E', '-o', 'expanded.sv', answerPath], {
    timeoutSeconds: patienceSeconds,
  })
  const log = logOf(run.stdout, run.stderr)
  const stop = stopOf(run, log)
  if (stop !== undefined) return stop
  const bytes = await sandbox.read('expanded.sv', { maxBytes: assemblyBytes })
  const expanded = bytes && new TextDecoder().decode(bytes)
  if (run.exitCode !== 0 || expanded === undefined) {
    const line = /^TopModule\.sv:(\d+): (.*)$/m.exec(log)
    return {
      ...syntaxStop(Number(line?.[1] ?? 1), line?.[2] ?? 'its macros cannot be expanded'),
      log,
    }
  }
  return expanded
}

/** Ends the judgement where the preprocessor could not run or the design used up what it may use. */
function stopOf(run: Finished, log: string): Stop | undefined {
  requireTool(run, log)
  if (run.limit === 'cpu' || (run.limit === null && run.exitCode !== 0 && wasKilled(log)))
    return unsolved('timeout', `expanding its macros takes more than ${compileSeconds} s`)
  if (run.limit !== null)
    return unsolved('resources', `expanding its macros ran into the limit on ${run.limit}`)
  if (run.timedOut)
    throw new InfrastructureError(
      'too-slow',
      `the preprocessor did not get ${compileSeconds} s of processor time in ${patienceSeconds} s: the machine is too busy; run fewer trials at once`,
    )
  return undefined
}

/** The kernel ends a program inside the compiler's driver, which has nothing but the shell's word for it. */
export function wasKilled(log: string): boolean {
  return /^(?:Killed|CPU time limit exceeded)$/m.test(log)
}

export function logOf(...outputs: readonly Uint8Array[]): string {
  return outputs.map((bytes) => new TextDecoder().decode(bytes)).join('')
}

export function unsolved(reason: string, message: string): Stop {
  return {
    outcome: 'unsolved',
    reason,
    findings: [{ code: reason, severity: 'error', message, at: answerPath }],
  }
}

function syntaxStop(line: number, message: string): Stop {
  return {
    outcome: 'unsolved',
    reason: 'syntax',
    findings: [{ code: 'syntax', severity: 'error', message, at: `${answerPath}:${line}` }],
  }
}

/** At most 20 findings: a flood of offences says no more than the first ones. */
export function rejected(findings: readonly Finding[]): Stop {
  return { outcome: 'rejected', reason: findings[0]!.code, findings: findings.slice(0, 20) }
}
