import { UsageError } from '../../core/errors.ts'
import { type FileSet, fileSet } from '../../core/files.ts'
import { bitsFor, type Instrumented } from './instrument.ts'
import { factsOf, type HardwareKey, referenceModule, testbenchModule, topModule } from './key.ts'
import { moduleRange, portsOf } from './modules.ts'
import { allInstances, connectionsOf, type Instance, printedVerdicts } from './rtllm-testbench.ts'
import { isConnection } from './scopes.ts'
import { replaceTokens, type Token } from './tokens.ts'

/** What a testbench that prints has come to. */
export interface Printed {
  /** How often it came to the statement that says that the design passes, and to those that say that it does not. */
  readonly passes: number
  readonly failures: number
  /** When the simulation ended, in the testbench's unit of time. */
  readonly endTime: number
  /** Whether an output was X or Z at the end of any moment. */
  readonly unknown: boolean
}

/**
 * Gives every scope of the testbench a name that ends in the nonce, and counts beside each statement that prints a
 * verdict that it was reached. The counts go to a file named by the nonce, as does a digest of what the design was
 * given. A testbench that never ends by itself ends with its first verdict. Throws `UsageError` where the testbench
 * is not of the known kind.
 */
export function instrumentPrinting(key: HardwareKey, nonce: string): Instrumented {
  const { testbench, units, scopes } = factsOf(key)
  const { tokens } = testbench
  const range = moduleRange(tokens, testbenchModule)
  const instances = allInstances(tokens).filter(({ module }) => module === topModule)
  const verdicts = printedVerdicts(tokens)
  const inside = (index: number) => range !== undefined && index > range.first && index < range.last
  if (
    range === undefined ||
    !verdicts.some(({ says }) => says === 'pass') ||
    ![...verdicts, ...instances].every(({ first }) => inside(first))
  )
    throw new UsageError(
      'bad-task',
      `the testbench has no module ${testbenchModule} that prints that a design passes`,
    )
  const renamed = new Map([...units, ...scopes].map((name) => [name, `${name}_${nonce}`]))
  const files = dataOf(key, nonce)
  const paths = { result: `result-${nonce}`, stimulus: `stimulus-${nonce}` }
  const ends = tokens.some(({ text }) => text === '$finish' || text === '$stop') ? '' : ' $finish(0);'
  const before = new Map(
    verdicts.map(({ first, says }) => [first, `begin ${says}_${nonce} = ${says}_${nonce} + 1;`]),
  )
  const after = new Map(verdicts.map(({ last }) => [last, `${ends} end`]))
  const instance = instances.length === 1 ? instances[0]! : undefined
  // Without exactly one instance nothing is known of the outputs, so they are taken to be unknown at times.
  const observed =
    instance === undefined ? undefined : observers(key, instance, renamed, nonce, paths.stimulus)
  if (instance !== undefined) after.set(instance.last, ` ${observed?.text}`)
  const header = tokens.findIndex(({ text }, index) => index > range.first && text === ';')
  after.set(header, ` integer pass_${nonce} = 0, fail_${nonce} = 0, record_${nonce};`)
  const text = replaceTokens(key.testbench, tokens, (token, index) => {
    const own =
      token.kind === 'string' ? files.names.get(token.text) : isName(tokens, index) && renamed.get(token.text)
    const [prefix, suffix] = [before.get(index), after.get(index)]
    if (index === range.last)
      return `${recorder(paths.result, nonce, observed?.unknown ?? "1'b1")} ${token.text}`
    if (prefix === undefined && suffix === undefined) return own || undefined
    return `${prefix === undefined ? '' : `${prefix} `}${own || token.text}${suffix ?? ''}`
  })
  return {
    // As RTLLM's makefiles have it: -timescale=1ns/1ns.
    text: `${unit}\n${text}`,
    top: `${testbenchModule}_${nonce}`,
    resultPath: paths.result,
    stimulusPath: paths.stimulus,
    data: files.data,
    preamble: `\`resetall\n${unit}\n`,
  }
}

const unit = '`timescale 1ns/1ns'

function isName(tokens: readonly Token[], index: number): boolean {
  return tokens[index]!.kind === 'name' && !isConnection(tokens, index)
}

/** The testbench's files under names with the nonce, and the new string for each string that names one. */
function dataOf(key: HardwareKey, nonce: string): { data: FileSet; names: ReadonlyMap<string, string> } {
  const given = [...(key.data ?? [])].map(
    ([name, bytes], index) => [name, `data-${index}-${nonce}`, bytes] as const,
  )
  return {
    data: fileSet(given.map(([, path, bytes]) => [path, bytes] as const)),
    names: new Map(
      given.flatMap(([name, path]) => [
        [`"${name}"`, `"${path}"`],
        [`"./${name}"`, `"${path}"`],
      ]),
    ),
  }
}

/**
 * Two processes beside the design's instance. One folds what its inputs are at the end of each moment into one
 * number, as `instrument` does for the reference's; one remembers whether its outputs were ever unknown then. A
 * moment's last values are taken, since the order of events within a moment may depend on the design.
 */
function observers(
  key: HardwareKey,
  instance: Instance,
  renamed: ReadonlyMap<string, string>,
  nonce: string,
  path: string,
): { readonly text: string; readonly unknown: string } {
  const { testbench, reference } = factsOf(key)
  const ports = portsOf(reference.tokens, referenceModule) ?? new Map()
  const connected = connectionsOf(testbench.tokens, instance, [...ports.keys()])
  const named = (direction: string) =>
    [...connected].flatMap(([port, tokens]) =>
      ports.get(port) === direction && tokens.some(({ kind }) => kind === 'name')
        ? [tokens.map((token) => written(token, renamed)).join(' ')]
        : [],
    )
  const [inputs, outputs] = [named('input'), named('output')]
  const name = (what: string) => `${what}_${nonce}`
  const parts: string[] = []
  if (inputs.length > 0) {
    const bits = bitsFor(inputs.length, reference.tokens)
    const all = inputs.join(', ')
    const fold = `${name('digest')} = {${name('digest')}[${bits - 2}:0], ${name('digest')}[${bits - 1}]} ^ ${name('given')} ^ ${name('moment')};`
    const take = `${name('given')} = {${all}, ^{${all}} === 1'bx};`
    parts.push(
      `bit [${bits - 1}:0] ${name('digest')}, ${name('given')}; bit [63:0] ${name('moment')}; integer ${name('stimulus')};`,
      `always @(${all}) begin if ($time != ${name('moment')}) begin ${fold} ${name('moment')} = $time; end ${take} end`,
      `final begin ${fold} ${name('stimulus')} = $fopen("${path}"); $fwrite(${name('stimulus')}, "%h\\n", ${name('digest')}); $fclose(${name('stimulus')}); end`,
    )
  }
  if (outputs.length === 0) return { text: parts.join(' '), unknown: "1'b0" }
  const isUnknown = `^{${outputs.join(', ')}} === 1'bx`
  parts.push(
    `bit ${name('unknown')}, ${name('open')} = 1; bit [63:0] ${name('last')};`,
    `always @(${outputs.join(', ')}) begin if ($time != ${name('last')}) begin if (${name('open')}) ${name('unknown')} = 1; ${name('last')} = $time; end ${name('open')} = ${isUnknown}; end`,
  )
  return { text: parts.join(' '), unknown: `(${name('unknown')} || ${isUnknown})` }
}

function written(token: Token, renamed: ReadonlyMap<string, string>): string {
  if (token.kind !== 'name') return token.text
  const text = renamed.get(token.text) ?? token.text
  return /^\w+$/.test(text) ? text : `\\${text} `
}

function recorder(path: string, nonce: string, unknown: string): string {
  const file = `record_${nonce}`
  return [
    `final begin ${file} = $fopen("${path}");`,
    `$fwrite(${file}, "${nonce} %0d %0d %0d %0d\\n", pass_${nonce}, fail_${nonce}, ${unknown}, $time);`,
    `$fclose(${file}); end`,
  ].join(' ')
}

/** Whether the testbench said once that the design passes, and never that it does not. */
export function passes(printed: Printed | undefined): boolean {
  return printed?.passes === 1 && printed.failures === 0
}

/** Reads the record. Undefined where it is not exactly one whole record of this nonce. */
export function readPrinted(record: string, nonce: string): Printed | undefined {
  const found = /^(\w+) (\d+) (\d+) ([01]) (\d+)\n$/.exec(record)
  if (found === null || found[1] !== nonce) return undefined
  return {
    passes: Number(found[2]),
    failures: Number(found[3]),
    unknown: found[4] === '1',
    endTime: Number(found[5]),
  }
}
