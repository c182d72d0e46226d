import { readFile } from 'node:fs/promises'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Clocking } from './clocking.ts'
import { readNetlist } from './netlist.ts'
import { complaint } from './prepare.ts'
import { type Encoded, encode, Unencodable } from './rails.ts'
import { step, textAt } from './steps.ts'

/** The inputs of every step, by name, as binary text with the most significant bit first. */
export type Trace = readonly Readonly<Record<string, string>>[]

export type Decision =
  | { readonly result: 'proven'; readonly method: string; readonly abc?: string }
  | { readonly result: 'refuted'; readonly method: string; readonly trace: Trace; readonly abc?: string }
  | { readonly result: 'unknown'; readonly reason: string }

/** Steps of induction that yosys tries before the stronger prover is asked. */
const inductionSteps = 4
const inductionSeconds = 1
const mappingSeconds = 20
/** Most proofs and counterexamples are found in a moment, or take long. */
const quickSeconds = 1
const quickSteps = 16
const boundedSteps = 3000

/**
 * Decides whether `bad` of the miter in `miter.sv` can ever be 1. First yosys's own temporal induction over words,
 * which proves most; what is left goes to abc as an and-inverter graph: register correspondence, then PDR.
 */
export async function decide(
  sandbox: Sandbox,
  clocking: Clocking,
  seconds: number,
  signal: AbortSignal,
): Promise<Decision> {
  const began = await step(sandbox, inductionScript(clocking), inductionSeconds + 5, signal)
  if (began.exitCode === 0)
    return { result: 'proven', method: clocking.kind === 'none' ? 'SAT' : 'temporal induction' }
  if ((await textAt(sandbox, 'miter.il')) === undefined)
    return { result: 'unknown', reason: `the two cannot be connected: ${complaint(began.output)}` }
  const encoded = await encodeMiter(sandbox, 'differ', signal)
  if (typeof encoded === 'string') return { result: 'unknown', reason: encoded }
  const rounds = clocking.kind === 'none' ? combinational : sequential(seconds)
  return await reach(sandbox, encoded, rounds, seconds, signal)
}

/**
 * Whether any output of the reference is ever known, at least in its first steps. Where none is, all designs are
 * equal to it, and that says nothing. For references with registers. True where it cannot be found out.
 */
export async function referenceIsKnown(sandbox: Sandbox, signal: AbortSignal): Promise<boolean> {
  const encoded = await encodeMiter(sandbox, 'known', signal)
  if (typeof encoded === 'string') return true
  const bounded = {
    commands: `bmc3 -F ${4 * quickSteps} -T ${quickSeconds}`,
    method: 'bounded model checking',
  }
  return (await reach(sandbox, encoded, [bounded], quickSeconds, signal)).result === 'refuted'
}

/** The miter as an and-inverter graph, or why there is none. */
async function encodeMiter(
  sandbox: Sandbox,
  question: 'differ' | 'known',
  signal: AbortSignal,
): Promise<Encoded | string> {
  // There already where this miter has been asked the other question; a new miter removes it.
  let netlist = await textAt(sandbox, mappedPath)
  if (netlist === undefined) {
    await sandbox.write(fileSet({ 'exact.v': exactMap }))
    const mapped = await step(sandbox, mappingScript, mappingSeconds, signal)
    if (mapped.exitCode === 0) netlist = await textAt(sandbox, mappedPath)
    if (netlist === undefined)
      return `it cannot be mapped to gates: ${mapped.exhausted ? 'it takes too much time or memory' : complaint(mapped.output)}`
  }
  try {
    return encode(readNetlist(netlist).miter!, question)
  } catch (thrown) {
    if (thrown instanceof Unencodable) return thrown.message
    throw thrown
  }
}

function inductionScript(clocking: Clocking): string {
  const build = [
    'read_ilang gold.il',
    'read_ilang gate.il',
    'read_verilog -sv miter.sv',
    'hierarchy -check -top miter',
    'proc',
    'flatten',
    'opt_clean',
    clocking.kind === 'any' ? 'clk2fflogic' : 'dffunmap',
    'setundef -undriven -undef',
    'opt_clean',
    'opt_merge',
    'write_ilang miter.il',
    // A loop is an equation to a SAT solver; one without a solution would prove anything.
    'check -assert',
  ]
  const time = clocking.kind === 'none' ? '' : `-tempinduct -maxsteps ${inductionSteps} -set-init-undef`
  const prove = `sat -verify -prove bad 0 ${time} -set-def-inputs -enable_undef -timeout ${inductionSeconds} miter`
  return `rm -f miter.il ${mappedPath} cex\nyosys -Q -T -q -p '${[...build, prove].join('; ')}'`
}

const mappedPath = 'gates.json'
/** Exact about X, and quicker: yosys's own divider has a module for every place, and `% 10` is common in counters. */
const exactMap = await readFile(new URL('exact.v', import.meta.url), 'utf8')
const mappingScript = `yosys -Q -T -q -p 'read_ilang miter.il; techmap -map exact.v; opt_clean; techmap; opt_clean; write_json gates.tmp' && mv gates.tmp ${mappedPath}`

interface Search {
  readonly commands: string
  readonly method: string
}

const combinational: readonly Search[] = [{ commands: 'iprove', method: 'SAT over gates' }]

/**
 * Short counterexamples first, since they come at once or not. Register correspondence with few conflicts finds what
 * is the same in both; with many it may take longer than all the rest, so that comes last.
 */
function sequential(seconds: number): readonly Search[] {
  const bounded = 'bounded model checking'
  const correspondence = 'register correspondence and PDR'
  return [
    { commands: `bmc3 -F ${quickSteps} -T ${quickSeconds}`, method: bounded },
    { commands: `scorr -C 50; pdr -T ${quickSeconds}`, method: correspondence },
    { commands: `bmc3 -S ${quickSteps} -F ${boundedSteps} -T ${Math.ceil(seconds / 8)}`, method: bounded },
    { commands: `scorr; pdr -T ${Math.ceil(seconds)}`, method: correspondence },
  ]
}

async function reach(
  sandbox: Sandbox,
  { aiger, inputs }: Encoded,
  rounds: readonly Search[],
  seconds: number,
  signal: AbortSignal,
): Promise<Decision> {
  await sandbox.write(fileSet({ 'miter.aig': aiger }))
  for (const { commands: search, method } of rounds) {
    const commands = `version; read_aiger miter.aig; strash; ${search}; print_status; write_cex -a cex`
    const ran = await step(sandbox, `berkeley-abc -q '${commands}' </dev/null`, seconds + 5, signal)
    const abc = /ABC (\S+)/.exec(ran.output)?.[1] ?? 'unknown'
    const status = /^Status = +(-?\d+)/m.exec(ran.output)?.[1]
    if (status === '1') return { result: 'proven', method, abc }
    const cex = status === '0' ? await textAt(sandbox, 'cex') : undefined
    if (cex !== undefined)
      return {
        result: 'refuted',
        method,
        abc,
        trace: traceOf(cex, inputs),
      }
    if (ran.exhausted) return { result: 'unknown', reason: `no proof and no counterexample in ${seconds} s` }
  }
  return { result: 'unknown', reason: `no proof and no counterexample in ${seconds} s` }
}

/** Reads abc's counterexample (AIGER's witness form): how the latches start, then a line of inputs for each step. */
function traceOf(cex: string, inputs: Encoded['inputs']): Trace {
  const [, ...steps] = cex.replace(/#.*/s, '').split('\n')
  return steps.map((digits) => {
    const values: Record<string, string> = {}
    inputs.forEach(({ name, bit }, index) => {
      values[name] = bit === 0 ? digits[index]! : digits[index] + values[name]!
    })
    return values
  })
}
