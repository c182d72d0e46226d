import type { Lab } from '../../../core/domain.ts'
import { fileSet } from '../../../core/files.ts'
import type { Task } from '../../../core/task.ts'
import type { Evidence } from '../../../core/verdict.ts'
import { factsOf, type HardwareKey, referenceModule, topModule } from '../key.ts'
import type { Lexed } from '../tokens.ts'
import { windowSvg } from '../waveform/index.ts'
import { clockingOf } from './clocking.ts'
import { type Decision, decide, referenceIsKnown } from './decide.ts'
import { conflictIn, misfitOf } from './drivers.ts'
import { forYosys } from './frontend.ts'
import { type Interface, interfaceOf, miterText, type ResetStyle } from './miter.ts'
import { prepare } from './prepare.ts'
import { type Replayed, replay, stepTime } from './replay.ts'
import { resetsOf } from './reset.ts'
import { openProver } from './steps.ts'
import { unseenTiming } from './timing.ts'

/** Whether a design behaves as the reference wherever that is known, for all inputs and for ever. */
export interface Equivalence {
  /** `unknown` is a result: there is neither a proof nor a counterexample that the simulator confirms. */
  readonly result: 'proven' | 'refuted' | 'unknown'
  /** How it was proven, what differs, or why it is not known. */
  readonly reason: string
  /** Refuted, and yet proven where the reset is held for two cycles and then never active again. */
  readonly resetStyleOnly: boolean
  /** The counterexample as a waveform (VCD) and as a picture. */
  readonly evidence: readonly Evidence[]
  readonly tools: Readonly<Record<string, string>>
  readonly seconds: number
}

/** Processor time for the search in one check, in seconds. */
const defaultSeconds = 30

/**
 * Compares a cleaned design with the key's reference by yosys and abc. Throws `InfrastructureError` where a prover is
 * missing or gets no processor time; everything that the designs themselves make impossible is `unknown`.
 */
export async function equivalenceOf(
  design: Pick<Lexed, 'text' | 'tokens'>,
  task: Task<HardwareKey>,
  lab: Lab,
  { seconds = defaultSeconds }: { readonly seconds?: number } = {},
): Promise<Equivalence> {
  const startedAt = performance.now()
  const found = await compare(design, task.key, lab, seconds)
  return {
    resetStyleOnly: false,
    evidence: [],
    tools: {},
    ...found,
    seconds: Math.round(performance.now() - startedAt) / 1000,
  }
}

/** For the question of reset style, which decides nothing. */
const relaxedSeconds = 3

const known = new WeakMap<HardwareKey, Promise<boolean>>()

/** A question about the reference alone, asked once per key. */
function isKnown(key: HardwareKey, ask: () => Promise<boolean>): Promise<boolean> {
  const answer = known.get(key) ?? ask()
  known.set(key, answer)
  answer.catch(() => known.delete(key))
  return answer
}

type Found = Pick<Equivalence, 'result' | 'reason'> & Partial<Equivalence>

async function compare(
  design: Pick<Lexed, 'text' | 'tokens'>,
  key: HardwareKey,
  lab: Lab,
  seconds: number,
): Promise<Found> {
  const gold = forYosys(factsOf(key).reference)
  const gate = forYosys(design, { blindToUnknown: true })
  await using sandbox = await openProver(lab, { 'gold.sv': gold, 'gate.sv': gate }, 4 * seconds)
  const prepared = await prepare(sandbox, { gold: referenceModule, gate: topModule }, lab.signal)
  if ('refused' in prepared) {
    const which = prepared.refused === 'gold' ? 'the reference' : 'the design'
    return { result: 'unknown', reason: `the prover cannot read ${which}: ${prepared.why}` }
  }
  const tools: Record<string, string> = { yosys: prepared.yosys }
  const ports = interfaceOf(prepared.gold)
  if (ports === undefined)
    return { result: 'unknown', reason: 'the reference has ports of both directions', tools }
  if (ports.outputs.length === 0) return { result: 'unknown', reason: 'the reference has no outputs', tools }
  const conflict =
    conflictIn(prepared.gate) ?? conflictIn(prepared.gold) ?? misfitOf(prepared.gold, prepared.gate)
  if (conflict !== undefined)
    return { result: 'unknown', reason: `the two cannot be connected: ${conflict}`, tools }
  const clocking = clockingOf([prepared.gold, prepared.gate])
  const resets = resetsOf(ports.inputs)
  const check = async (style: ResetStyle, limit: number): Promise<Decision> => {
    await sandbox.write(fileSet({ 'miter.sv': miterText(ports, resets, clocking, style) }))
    const decision = await decide(sandbox, clocking, limit, lab.signal)
    if ('abc' in decision && decision.abc !== undefined) tools['berkeley-abc'] = decision.abc
    return decision
  }
  const strict = await check('strict', seconds)
  if (strict.result === 'unknown') return { ...strict, tools }
  if (strict.result === 'proven') {
    const doubt =
      clocking.kind !== 'none' && !(await isKnown(key, () => referenceIsKnown(sandbox, lab.signal)))
        ? 'the reference gives nothing but X in all that was looked at, so that any design equals it'
        : unseenBy(strict.method, design.tokens, prepared.doubt)
    return doubt === undefined
      ? { result: 'proven', reason: `proven by ${strict.method}`, tools }
      : { result: 'unknown', reason: doubt, tools }
  }
  const replayed = await replay(sandbox, {
    key,
    design: design.text,
    ports,
    resets,
    clocking,
    trace: strict.trace,
    signal: lab.signal,
  })
  if (replayed.difference === undefined) {
    const reason = `${strict.method} has a counterexample of ${strict.trace.length} steps, and the simulator sees no difference when it is played`
    return { result: 'unknown', reason, evidence: evidenceOf(replayed, ports), tools }
  }
  const resetStyleOnly =
    resets.length > 0 && (await check('relaxed', Math.min(seconds, relaxedSeconds))).result === 'proven'
  return {
    result: 'refuted',
    reason:
      wordsOn(replayed.difference, ports) +
      (resetStyleOnly ? '; the two differ only in how they are reset' : ''),
    resetStyleOnly,
    evidence: evidenceOf(replayed, ports),
    tools,
  }
}

function unseenBy(method: string, tokens: Lexed['tokens'], doubt: string | undefined): string | undefined {
  const unseen = unseenTiming(tokens) ?? doubt
  return unseen && `equal by ${method}, but the prover takes no account of ${unseen}`
}

function wordsOn(
  { step, output, gold, gate }: NonNullable<Replayed['difference']>,
  { outputs }: Interface,
): string {
  const name = outputs[Number(output)]?.name ?? output
  const when = step === 0 ? 'at once' : `after ${step} ${step === 1 ? 'step' : 'steps'}`
  return `output ${name} is ${gate} where the reference has ${gold}, ${when}`
}

/** The picture ends at the difference and shows at most this much before it, in steps. */
const shownSteps = 16

function evidenceOf({ waveform, difference }: Replayed, { inputs, outputs }: Interface): Evidence[] {
  if (waveform === undefined) return []
  const bytes = (text: string) => new TextEncoder().encode(text)
  const vcd: Evidence = { name: 'counterexample.vcd', mediaType: 'text/x-vcd', content: bytes(waveform) }
  if (difference === undefined) return [vcd]
  const to = (difference.step + 1) * stepTime - 1
  const signals = [
    ...inputs.map(({ name }) => name),
    ...outputs.flatMap(({ name }) => [`${name}_reference`, `${name}_design`]),
    'differs',
  ]
  const picture = windowSvg(waveform, { signals, from: Math.max(0, to - shownSteps * stepTime), to })
  return [vcd, { name: 'counterexample.svg', mediaType: 'image/svg+xml', content: bytes(picture) }]
}
