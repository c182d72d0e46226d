import { randomBytes } from 'node:crypto'
import type { Lab } from '../../core/domain.ts'
import type { Task } from '../../core/task.ts'
import { type Stop, unsolved } from './design.ts'
import { type Elaboration, readElaboration } from './elaboration.ts'
import { type HardwareKey, topModule } from './key.ts'
import { renameModules } from './modules.ts'
import { oracleDesign, oracleRun } from './oracle-run.ts'
import { passes } from './rtllm-instrument.ts'
import { type Simulated, simulate } from './simulation.ts'
import { tokenize } from './tokens.ts'

const fillings = ['0', '1'] as const
type Filling = (typeof fillings)[number]

/**
 * A testbench that prints often compares with `!=`, which an X never fulfils, so a design whose outputs are unknown
 * or floating passes. Where a passing design had unknown outputs at any time it must pass once more with each unknown bit taken
 * for 0, and once for 1: what the testbench really leaves open passes both ways. A filling with which the oracle
 * itself does not pass says nothing and is left out. Undefined where the pass stands.
 */
export async function confirmKnown(
  result: Simulated,
  design: string,
  task: Task<HardwareKey>,
  lab: Lab,
): Promise<Stop | undefined> {
  if (result.printed?.unknown !== true || task.key.parameterised) return undefined
  for (const filling of fillings) {
    if (await passesFilled(design, result, filling, task.key, lab)) continue
    if (!(await oraclePassesFilled(filling, task, lab))) continue
    return unsolved(
      'unknown-outputs',
      `it passes only because the testbench takes an unknown output for a right one: with every X and Z of its outputs taken for ${filling} it does not pass`,
    )
  }
  return undefined
}

const oracles = new WeakMap<HardwareKey, Map<Filling, Promise<boolean>>>()

async function oraclePassesFilled(filling: Filling, task: Task<HardwareKey>, lab: Lab): Promise<boolean> {
  const known = oracles.get(task.key) ?? new Map<Filling, Promise<boolean>>()
  oracles.set(task.key, known)
  let run = known.get(filling)
  if (run === undefined) {
    run = oracleRun(task, lab).then((result) =>
      passesFilled(oracleDesign(task.key), result, filling, task.key, lab),
    )
    known.set(filling, run)
    run.catch(() => known.delete(filling))
  }
  return await run
}

async function passesFilled(
  design: string,
  { assembly }: Simulated,
  filling: Filling,
  key: HardwareKey,
  lab: Lab,
): Promise<boolean> {
  const elaboration = assembly === undefined ? undefined : readElaboration(assembly)
  if (elaboration === undefined) return false
  const filled = await simulate(fillUnknown(design, elaboration, filling), key, lab)
  return filled.ok && passes(filled.printed)
}

/** The design inside a module of the same ports that turns every X and Z of an output into a 0 or a 1. */
export function fillUnknown(design: string, { ports }: Elaboration, filling: Filling): string {
  const end = randomBytes(8).toString('hex')
  const other = filling === '0' ? "1'b1" : "1'b0"
  const inner = `${topModule}_${end}`
  const written = (name: string) => (/^\w+$/.test(name) ? name : `\\${name} `)
  const header = [...ports].map(
    ([name, { direction, bits }]) => `${direction} [${bits - 1}:0] ${written(name)}`,
  )
  const body = [...ports].flatMap(([name, { direction, bits }], index) => {
    if (direction !== 'output') return []
    const raw = `raw_${index}_${end}`
    return [
      `wire [${bits - 1}:0] ${raw};`,
      `for (genvar i = 0; i < ${bits}; i = i + 1) assign ${written(name)}[i] = ${raw}[i] === ${other} ? ${other} : 1'b${filling};`,
    ]
  })
  const connections = [...ports].map(
    ([name, { direction }], index) =>
      `.${written(name)}(${direction === 'output' ? `raw_${index}_${end}` : written(name)})`,
  )
  return [
    renameModules(design, tokenize(design), new Map([[topModule, inner]])),
    // Whatever the design has set: without it ports need a net type.
    '`default_nettype wire',
    `module ${topModule} (${header.join(', ')});`,
    ...body,
    `${inner} inner_${end} (${connections.join(', ')});`,
    'endmodule',
    '',
  ].join('\n')
}
