import { fileSet } from '../../core/files.ts'
import type { Sandbox } from '../../core/sandbox.ts'
import type { Finding } from '../../core/verdict.ts'
import { maxFindings } from './classify.ts'
import { answerPath, type KeyFacts, topModule } from './key.ts'
import { renamedPorts, swapModules } from './modules.ts'
import { checkDesign, checkSource, needsPreprocessor } from './rules.ts'
import { compileSeconds, compileStep, hasStalled, patienceSeconds, requireTools, tooSlow } from './steps.ts'
import { type Lexed, type Token, tokenize } from './tokens.ts'

/** Largest file that compiling a design may leave; honest ones are a thousandth of it. */
export const assemblyBytes = 16 * 1024 ** 2
/** Largest design with its macros expanded: what is read here, within the process that judges. */
export const designBytes = 1024 ** 2
/** Where the preprocessor lists the files that it read. */
const filesPath = 'files'

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
  if (source.length > designBytes)
    return unsolved('too-large', `it has ${source.length} characters; ${designBytes} are read`)
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
  if (!needsPreprocessor(raw.tokens)) return checked(raw, key)
  const expanded = await preprocess(raw.text, await sandbox())
  if (typeof expanded !== 'string') return expanded
  const lexed = tokenize(expanded)
  if (lexed.problem !== undefined) return syntaxStop(lexed.problem.line, lexed.problem.message)
  return checked(lexed, key)
}

function checked(lexed: Lexed, key: KeyFacts): CleanDesign | Stop {
  const { text, tokens } = underJudgesName(lexed, key.module)
  const findings = checkDesign(text, tokens, key)
  if (findings.length > 0) return rejected(findings)
  const renamed = renamedPorts(tokens, topModule)
  if (renamed.length === 0) return { text, tokens }
  return {
    outcome: 'unsolved',
    reason: 'ports',
    findings: renamed.slice(0, maxFindings).map(
      ({ text: name, line }): Finding => ({
        code: 'ports',
        severity: 'error',
        message: `port ${name} stands for something of another name; declare it in the header as a plain port`,
        at: `${answerPath}:${line}`,
      }),
    ),
  }
}

/** The design with the module that was asked for called `TopModule`. Lines stay where they are. */
export function underJudgesName(lexed: Lexed, module: string): Lexed {
  return module === topModule ? lexed : tokenize(swapModules(lexed.text, lexed, module, topModule))
}

async function preprocess(text: string, sandbox: Sandbox): Promise<string | Stop> {
  await sandbox.write(fileSet({ [answerPath]: text }))
  const files = { output: 'expanded.sv', log: 'log' }
  const step = compileStep(`-g2012 -E -Mall=${filesPath} -o ${files.output} ${answerPath}`, files, 'exit 1')
  const run = await sandbox.exec(['sh', '-c', `${requireTools}\n${step}`], {
    timeoutSeconds: 2 * patienceSeconds,
  })
  if (run.timedOut) throw tooSlow(2 * patienceSeconds)
  if (await hasStalled(sandbox, run.exitCode))
    return unsolved('timeout', 'expanding its macros waits for a file that never ends')
  const [expanded, log, read] = [
    await textAt(sandbox, files.output),
    (await textAt(sandbox, files.log)) ?? '',
    await textAt(sandbox, filesPath),
  ]
  if ([expanded, log, read].some((each) => (each?.length ?? 0) >= designBytes))
    return unsolved('too-large', `with its macros expanded it has more than ${designBytes} bytes`)
  if (run.limit === 'cpu' || (run.limit === null && run.exitCode !== 0 && wasKilled(log)))
    return unsolved('timeout', `expanding its macros takes more than ${compileSeconds} s`)
  if (run.limit !== null)
    return unsolved('resources', `expanding its macros ran into the limit on ${run.limit}`)
  const others = (read ?? '').split('\n').filter((path) => path !== '' && path !== answerPath)
  if (others.length > 0) return includesFile()
  if (run.exitCode === 0 && expanded !== undefined) return expanded
  const line = /^TopModule\.sv:(\d+): (.*)$/m.exec(log)
  return { ...syntaxStop(line?.[1], line?.[2] ?? 'its macros cannot be expanded'), log }
}

async function textAt(sandbox: Sandbox, path: string): Promise<string | undefined> {
  const bytes = await sandbox.read(path)
  return bytes && new TextDecoder().decode(bytes)
}

/** Whatever way the name of a directive is put together, the preprocessor knows which files it read. */
function includesFile(): Stop {
  const message = 'its macros include a file: a design stands alone, put everything into one file'
  return rejected([{ code: 'includes-file', severity: 'error', message, at: answerPath }])
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

function syntaxStop(line: number | string | undefined, message: string): Stop {
  return {
    outcome: 'unsolved',
    reason: 'syntax',
    findings: [
      {
        code: 'syntax',
        severity: 'error',
        message,
        at: line === undefined ? answerPath : `${answerPath}:${line}`,
      },
    ],
  }
}

export function rejected(findings: readonly Finding[]): Stop {
  return { outcome: 'rejected', reason: findings[0]!.code, findings: findings.slice(0, maxFindings) }
}
