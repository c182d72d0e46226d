import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '../../src/core/domain.ts'
import { fileSet, textOf } from '../../src/core/files.ts'
import type { Sandbox, SandboxBackend } from '../../src/core/sandbox.ts'
import type { Task } from '../../src/core/task.ts'
import { clockingOf } from '../../src/domains/hardware/formal/clocking.ts'
import { type Decision, decide } from '../../src/domains/hardware/formal/decide.ts'
import { forYosys } from '../../src/domains/hardware/formal/frontend.ts'
import { type Equivalence, equivalenceOf } from '../../src/domains/hardware/formal/index.ts'
import { interfaceOf, miterText } from '../../src/domains/hardware/formal/miter.ts'
import { prepare } from '../../src/domains/hardware/formal/prepare.ts'
import { resetsOf } from '../../src/domains/hardware/formal/reset.ts'
import { openProver, step, textAt } from '../../src/domains/hardware/formal/steps.ts'
import { type HardwareKey, hardware } from '../../src/domains/hardware/index.ts'
import { factsOf } from '../../src/domains/hardware/key.ts'
import { mutantsOf } from '../../src/domains/hardware/mutants/index.ts'
import { oracleText } from '../../src/domains/hardware/oracle-run.ts'
import { inPairs } from '../../src/domains/hardware/testing.ts'
import { tokenize } from '../../src/domains/hardware/tokens.ts'
import { bubblewrap, openLab } from '../../src/sandbox/index.ts'

const data = process.env.TOUCHSTONE_VERILOG_EVAL ?? '../shared/data/verilog-eval/dataset_spec-to-rtl'

describe.skipIf(!existsSync(data))(`proofs over all of VerilogEval (skipped without ${data})`, () => {
  let backend: SandboxBackend
  let tasks: Task<HardwareKey>[]
  beforeAll(async () => {
    backend = await bubblewrap()
    const suite = await hardware.loaders[0]!.load(data, { errata: true })
    tasks = (await Promise.all(suite.tasks.map((entry) => entry.load()))) as Task<HardwareKey>[]
  })
  afterAll(() => backend[Symbol.asyncDispose]())

  const inLab = async <Result>(work: (lab: Lab) => Promise<Result>): Promise<Result> => {
    await using lab = openLab(backend, { seed: 'long', signal: new AbortController().signal })
    return await work(lab)
  }

  /** Counts results over all tasks; what is not proven is named. */
  async function survey(designOf: (task: Task<HardwareKey>) => Promise<string | undefined>) {
    const counts: Record<Equivalence['result'], number> = { proven: 0, refuted: 0, unknown: 0 }
    const others: string[] = []
    await inPairs(tasks, async (task) => {
      const design = await designOf(task)
      if (design === undefined) return
      const { result, reason } = await inLab((lab) =>
        equivalenceOf(tokenize(design), task, lab, { seconds: 10 }),
      )
      counts[result]++
      if (result !== 'proven') others.push(`${task.id} ${result}: ${reason}`)
    })
    console.log(counts, others)
    return { counts, refuted: others.filter((each) => / refuted: /.test(each)) }
  }

  it('at least 150 references are proven equal to themselves, and none is refuted', async () => {
    const { counts, refuted } = await survey(async (task) => oracleText(task.key))
    expect(refuted).toEqual([])
    expect(counts.proven).toBeGreaterThanOrEqual(150)
  })

  it('no reference is refuted once yosys has written it anew', async () => {
    const { counts, refuted } = await survey((task) => inLab((lab) => rewritten(task, lab)))
    expect(refuted).toEqual([])
    expect(counts.proven).toBeGreaterThanOrEqual(140)
  })

  it("our encoding of X and yosys's xprop decide alike on mutants", async () => {
    const contrary: string[] = []
    const errors: string[] = []
    let [proven, refuted] = [0, 0]
    await inPairs(
      tasks.filter((_, index) => index % 6 === 0),
      async (task) => {
        const miters = new Map<string, { rtlil: string; result: 'proven' | 'refuted' }>()
        for (const { name, submission } of mutantsOf(task, 4, 'xprop')) {
          const text = submission.kind === 'files' ? textOf(submission.files, 'TopModule.sv') : undefined
          const found = await inLab((lab) => miterOf(task, text ?? '', lab))
          if (found !== undefined && found.decision.result !== 'unknown')
            miters.set(name, { rtlil: found.rtlil, result: found.decision.result })
        }
        const other = await byXprop(miters)
        errors.push(...Object.values(other.errors).map((why) => `${task.id}: ${why}`))
        for (const [name, aiger] of Object.entries(other.encoded)) {
          const result = miters.get(name)!.result
          const theirs = await inLab((lab) => decided(Buffer.from(aiger, 'base64'), lab))
          if (theirs === 'unknown') continue
          if (theirs !== result) contrary.push(`${task.id} ${name}: ${result} here, ${theirs} by xprop`)
          else if (result === 'proven') proven++
          else refuted++
        }
      },
    )
    console.log({ proven, refuted, errors })
    expect(contrary).toEqual([])
    expect(refuted).toBeGreaterThanOrEqual(40)
    expect(proven).toBeGreaterThanOrEqual(3)
  })
})

/** The reference with other names and another structure; undefined where yosys cannot read it. */
async function rewritten({ key }: Task<HardwareKey>, lab: Lab): Promise<string | undefined> {
  await using sandbox = await openProver(lab, { 'in.sv': forYosys(tokenize(oracleText(key))) }, 20)
  const commands =
    'read_verilog -sv in.sv; hierarchy -top TopModule; proc; flatten; opt; memory_collect; memory_map; opt; rename -enumerate; write_verilog -noattr out.sv'
  await step(sandbox, `yosys -Q -T -q -p '${commands}'`, 20, lab.signal)
  return await textAt(sandbox, 'out.sv')
}

async function miterOf(
  { key }: Task<HardwareKey>,
  design: string,
  lab: Lab,
): Promise<{ decision: Decision; rtlil: string } | undefined> {
  const sources = { 'gold.sv': forYosys(factsOf(key).reference), 'gate.sv': forYosys(tokenize(design)) }
  await using sandbox = await openProver(lab, sources, 40)
  const prepared = await prepare(sandbox, { gold: 'RefModule', gate: 'TopModule' }, lab.signal)
  const ports = 'gold' in prepared ? interfaceOf(prepared.gold) : undefined
  if (!('gold' in prepared) || ports === undefined) return undefined
  const clocking = clockingOf([prepared.gold, prepared.gate])
  const text = miterText(ports, resetsOf(ports.inputs), clocking, 'strict')
  await sandbox.write(fileSet({ 'miter.sv': text }))
  const decision = await decide(sandbox, clocking, 5, lab.signal)
  const rtlil = await textAt(sandbox, 'miter.il')
  return rtlil === undefined ? undefined : { decision, rtlil }
}

async function byXprop(miters: ReadonlyMap<string, { readonly rtlil: string }>) {
  const input = JSON.stringify(Object.fromEntries([...miters].map(([name, { rtlil }]) => [name, rtlil])))
  const script = fileURLToPath(new URL('xprop.ts', import.meta.url))
  const { stdout } = await execa(process.execPath, [script], { input, timeout: 120_000 })
  return JSON.parse(stdout) as { encoded: Record<string, string>; errors: Record<string, string> }
}

async function decided(aiger: Uint8Array, lab: Lab): Promise<Decision['result']> {
  await using sandbox: Sandbox = await openProver(lab, {}, 60)
  await sandbox.write(new Map([['miter.aig', aiger]]))
  for (const search of ['bmc3 -F 40 -T 5', 'scorr; pdr -T 10', 'bmc3 -F 1500 -T 10']) {
    const commands = `read_aiger miter.aig; strash; ${search}; print_status`
    const { output } = await step(sandbox, `berkeley-abc -q '${commands}' </dev/null`, 20, lab.signal)
    const status = /^Status = +(-?\d+)/m.exec(output)?.[1]
    if (status === '0') return 'refuted'
    if (status === '1') return 'proven'
  }
  return 'unknown'
}
