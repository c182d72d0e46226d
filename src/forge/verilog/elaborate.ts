import type { Lab } from '../../core/domain.ts'
import { wasKilled } from '../../domains/hardware/design.ts'
import { forYosys } from '../../domains/hardware/formal/frontend.ts'
import { type Module, readNetlist } from '../../domains/hardware/formal/netlist.ts'
import { complaint } from '../../domains/hardware/formal/prepare.ts'
import { readingOf } from '../../domains/hardware/formal/reading.ts'
import { openProver, step, textAt } from '../../domains/hardware/formal/steps.ts'
import { referenceModule } from '../../domains/hardware/key.ts'
import { tokenize } from '../../domains/hardware/tokens.ts'
import { Fallen } from '../source.ts'

/** What yosys makes of a module. */
export interface Elaborated {
  /** Flat, as it was written. */
  readonly netlist: Module
  /** With the synchronous resets of registers found. */
  readonly optimised: Module
  /** Parameters with the values that they have by default. */
  readonly parameters: Readonly<Record<string, string>>
}

/** Processor time for each of compiler and synthesiser, in seconds. */
const seconds = 10
/** Most characters of a netlist that are read. */
const maxNetlist = 24 * 1024 ** 2

/** Compiles and elaborates a reference in a sandbox. Throws `Fallen`. */
export async function elaborate(reference: string, lab: Lab): Promise<Elaborated> {
  await using sandbox = await openProver(
    lab,
    { 'ref.sv': reference, 'yosys.sv': forYosys(tokenize(reference)) },
    4 * seconds,
  )
  const compiled = await step(
    sandbox,
    `iverilog -g2012 -Wall -Wno-timescale -s ${referenceModule} -o ref.vvp ref.sv 2>&1 </dev/null | head -c 60000; [ -e ref.vvp ]`,
    seconds,
    lab.signal,
  )
  if (compiled.exitCode !== 0) refuseLog(compiled.output, compiled.exhausted)
  const commands = [
    'read_verilog -sv -noassert -noassume -norestrict yosys.sv',
    `hierarchy -check -top ${referenceModule}`,
    // Without optimisation, which would join the names of a wire with several drivers.
    'proc -noopt',
    'write_json whole.json',
    'chformal -remove',
    'flatten',
    'write_ilang read.il',
    'opt_expr -keepdc',
    'opt_clean',
    'check',
    'memory_collect',
    'memory_map',
    'opt_clean',
    'write_json flat.json',
    'opt_expr',
    'opt_merge',
    'opt_dff',
    'opt_clean',
    'write_json optimised.json',
  ]
  const ran = await step(
    sandbox,
    `yosys -Q -T -q -p '${commands.join('; ')}' </dev/null 2>&1`,
    seconds,
    lab.signal,
  )
  const log = ran.output.slice(-4000)
  if (ran.exhausted) throw new Fallen('too-large', 'elaborating it takes too much time or memory', { log })
  if (/found logic loop/i.test(ran.output))
    throw new Fallen('combinational-loop', 'its logic feeds back on itself without a register', { log })
  if (ran.exitCode !== 0) throw new Fallen('not-synthesisable', `yosys: ${complaint(ran.output)}`, { log })
  const { severalDrivers } = readingOf((await textAt(sandbox, 'read.il')) ?? '')
  if (severalDrivers !== undefined)
    throw new Fallen('several-drivers', `${severalDrivers} has several drivers`)
  const netlistAt = async (path: string) => {
    const text = (await textAt(sandbox, path)) ?? '{}'
    if (text.length > maxNetlist) throw new Fallen('too-large', `its netlist has ${text.length} characters`)
    return readNetlist(text)[referenceModule]
  }
  const [whole, netlist, optimised] = [
    await netlistAt('whole.json'),
    await netlistAt('flat.json'),
    await netlistAt('optimised.json'),
  ]
  if (whole === undefined || netlist === undefined || optimised === undefined)
    throw new Fallen('not-synthesisable', 'yosys left no netlist', { log })
  return { netlist, optimised, parameters: parametersOf(whole) }
}

function refuseLog(log: string, exhausted: boolean): never {
  // The kernel ends a program inside the compiler's driver, which then goes on.
  if (exhausted || wasKilled(log))
    throw new Fallen('too-large', 'compiling it takes too much time or memory', { log })
  const missing = /Unknown module type: (\S+)/.exec(log)
  if (missing !== null) throw new Fallen('needs-module', `the module ${missing[1]} is not there`, { log })
  const line = log.split('\n').find((each) => /error|sorry/i.test(each)) ?? log.split('\n')[0] ?? ''
  throw new Fallen('does-not-compile', `iverilog: ${line.slice(0, 300) || 'it gave no reason'}`, {
    log: log.slice(0, 4000),
  })
}

function parametersOf(module: Module): Record<string, string> {
  const { parameter_default_values: values } = module as { parameter_default_values?: Record<string, string> }
  return Object.fromEntries(
    Object.entries(values ?? {})
      .filter(([name]) => /^\w+$/.test(name))
      .slice(0, 30)
      .map(([name, value]) => [name, numberOf(value)]),
  )
}

function numberOf(digits: string): string {
  if (!/^[01]+$/.test(digits)) return digits.slice(0, 80)
  return digits.length <= 32 ? String(Number.parseInt(digits, 2)) : `${digits.length}'b${digits.slice(0, 80)}`
}
