import { UsageError } from '../../core/errors.ts'
import { type FileSet, fileSet } from '../../core/files.ts'
import { factsOf, type HardwareKey, referenceModule, testbenchModule } from './key.ts'
import { moduleRange, portsOf } from './modules.ts'
import { isConnection } from './scopes.ts'
import { type Lexed, replaceTokens, type Token } from './tokens.ts'

/** The key's text as it is compiled for one judgement. */
export interface Instrumented {
  readonly text: string
  readonly top: string
  /** The file that the simulation writes its one result record to. */
  readonly resultPath: string
  /** The file with the digest of the reference's inputs; not written where it has none. */
  readonly stimulusPath: string
  /** Files that the testbench reads, under the names that it now has for them. */
  readonly data: FileSet
  /** What stands before the design where the directives of the testbench have ended. */
  readonly preamble: string
}

/** What the testbench counted. */
export interface Counts {
  readonly errors: number
  readonly samples: number
  /** When the simulation ended, in the testbench's unit of time. */
  readonly endTime: number
  readonly outputs: readonly { readonly name: string; readonly errors: number; readonly firstTime: number }[]
}

/**
 * Gives every module and every scope of the key a name that ends in the nonce, the testbench a `final` block that
 * writes its counts to a file named by the nonce, and the reference a digest of what it was given. The nonce is drawn
 * after the submission is fixed, so nothing in it can name the testbench, its tasks, the reference or the record.
 * Throws `UsageError` where the testbench is not of the known kind.
 */
export function instrument(key: HardwareKey, nonce: string): Instrumented {
  const { testbench, reference, units, scopes } = factsOf(key)
  const range = moduleRange(testbench.tokens, testbenchModule)
  if (range === undefined)
    throw new UsageError('bad-task', `the testbench does not declare the module ${testbenchModule}`)
  const renamed = new Map([...units, ...scopes].map((name) => [name, `${name}_${nonce}`]))
  const resultPath = `result-${nonce}`
  const stimulusPath = `stimulus-${nonce}`
  const stats = renamed.get('stats1') ?? 'stats1'
  const record = recorder(outputsOf(testbench.tokens), resultPath, nonce, stats)
  const inputs = [...(portsOf(reference.tokens, referenceModule) ?? [])].flatMap(([name, direction]) =>
    direction === 'input' ? [name] : [],
  )
  const digest =
    inputs.length === 0 ? '' : digester(inputs, bitsFor(inputs.length, reference.tokens), stimulusPath, nonce)
  const end = moduleRange(reference.tokens, referenceModule)?.last
  return {
    text: `${rename(key.testbench, testbench, renamed, range.last, record)}\n${rename(key.reference, reference, renamed, end, digest)}\n`,
    top: `${testbenchModule}_${nonce}`,
    resultPath,
    stimulusPath,
    data: fileSet({}),
    preamble: '`resetall\n',
  }
}

/** The source under other names, with some text before one token. Ports in named connections keep their names. */
function rename(
  source: string,
  { tokens }: Lexed,
  names: ReadonlyMap<string, string>,
  at: number | undefined,
  inserted: string,
): string {
  return replaceTokens(source, tokens, (token, index) => {
    if (index === at) return `${inserted} ${token.text}`
    return token.kind === 'name' && !isConnection(tokens, index) ? names.get(token.text) : undefined
  })
}

/** Outputs that the testbench counts one by one, from its fields `errors_x` and `errortime_x`. */
function outputsOf(tokens: readonly Token[]): string[] {
  const names = new Set(tokens.flatMap(({ kind, text }) => (kind === 'name' ? [text] : [])))
  return [...names].flatMap((name) => {
    const output = /^errors_(.+)$/.exec(name)?.[1]
    return output !== undefined && names.has(`errortime_${output}`) ? [output] : []
  })
}

function recorder(outputs: readonly string[], path: string, nonce: string, stats: string): string {
  const file = `record_${nonce}`
  const lines = outputs.map(
    (name) => `$fwrite(${file}, "${name} %0d %0d\\n", ${stats}.errors_${name}, ${stats}.errortime_${name});`,
  )
  return [
    `integer ${file};`,
    'final begin',
    `${file} = $fopen("${path}");`,
    `$fwrite(${file}, "${nonce} %0d %0d %0d\\n", ${stats}.errors, ${stats}.clocks, $time);`,
    ...lines,
    `$fclose(${file});`,
    'end',
  ].join(' ')
}

/**
 * Folds every change of the reference's inputs into one number: two runs with the same stimuli in the same order have
 * the same. One cheap statement, since clocks make up most of a simulation. X counts as 0, and that there is one
 * counts too.
 */
function digester(inputs: readonly string[], bits: number, path: string, nonce: string): string {
  const names = inputs.map((input) => (/^\w+$/.test(input) ? input : `\\${input} `)).join(', ')
  const [digest, file] = [`digest_${nonce}`, `digest_file_${nonce}`]
  const turned = `{${digest}[${bits - 2}:0], ${digest}[${bits - 1}]}`
  return [
    `bit [${bits - 1}:0] ${digest}; integer ${file};`,
    `always @(${names}) ${digest} = ${turned} ^ {${names}, ^{${names}} === 1'bx};`,
    `final begin ${file} = $fopen("${path}"); $fwrite(${file}, "%h\\n", ${digest}); $fclose(${file}); end`,
  ].join(' ')
}

/** Words behind which a range is that of a vector; behind any other name it is a memory's or a part of a vector. */
const typeWords = new Set('input output inout wire reg logic bit var signed unsigned'.split(' '))

/** Bits for at least so many inputs, each as wide as the widest vector in the module. */
export function bitsFor(inputs: number, tokens: readonly Token[]): number {
  let widest = 1
  const isVector = (index: number) => {
    const before = tokens[index - 1]
    return before?.kind !== 'name' || typeWords.has(before.text)
  }
  tokens.forEach(({ text }, index) => {
    if (text !== '[' || tokens[index + 2]?.text !== ':' || !isVector(index)) return
    const width = Math.abs(Number(tokens[index + 1]!.text) - Number(tokens[index + 3]?.text)) + 1
    // A range of parameters is taken to be a wide one.
    widest = Math.max(widest, Number.isNaN(width) ? 256 : width)
  })
  const named = tokens.some(
    ({ text }, index) =>
      text === '[' &&
      isVector(index) &&
      tokens[index + 1]?.kind === 'name' &&
      /^[-:*]$/.test(tokens[index + 2]?.text ?? ''),
  )
  if (named) widest = Math.max(widest, 256)
  return Math.min(Math.max(64, inputs * widest + 1), 8192)
}

/** Reads the record. Undefined where it is not exactly one whole record of this nonce. */
export function readCounts(record: string, nonce: string): Counts | undefined {
  const [head, ...rest] = record.split('\n')
  const counts = /^(\w+) (\d+) (\d+) (\d+)$/.exec(head ?? '')
  if (counts === null || counts[1] !== nonce || rest.at(-1) !== '') return undefined
  const outputs = rest.slice(0, -1).map((line) => /^(.+) (\d+) (-?\d+)$/.exec(line))
  if (outputs.some((output) => output === null)) return undefined
  return {
    errors: Number(counts[2]),
    samples: Number(counts[3]),
    endTime: Number(counts[4]),
    outputs: outputs.map((output) => ({
      name: output![1]!,
      errors: Number(output![2]),
      firstTime: Number(output![3]),
    })),
  }
}
