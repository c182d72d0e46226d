import type { Facts } from '../judge/facts.ts'
import { type Cost, sizeOf } from '../shapes/analysis.ts'
import type { ProblemProfile, Profile } from './index.ts'

/** How figures are written for a model: three digits, and a unit that keeps them readable. */
export function timeOf(seconds: number): string {
  if (seconds >= 1) return `${seconds.toPrecision(3)} s`
  return seconds >= 1e-3 ? `${(seconds * 1e3).toPrecision(3)} ms` : `${(seconds * 1e6).toPrecision(3)} µs`
}

export function amountOf(value: number, unit: string): string {
  const steps = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const
  const [size, prefix] = steps.find(([least]) => value >= least) ?? [1, '']
  return `${Number((value / size).toPrecision(3))} ${prefix}${unit}`
}

const percent = (share: number) => `${Math.round(share * 100)} %`

/** The least that a call has to do, beside what the machine can: what no answer can go below by much. */
export function rooflineText(cost: Cost, { bandwidth, peak }: Profile): string {
  const bytes = sizeOf(cost)
  const moving = bytes / bandwidth
  const counting = cost.flops / peak
  const bound = moving > counting ? 'memory' : 'arithmetic'
  return [
    `The least that a call has to do: read its inputs and weights and write its outputs, ${amountOf(bytes, 'B')}, which takes ${timeOf(moving)} at the ${amountOf(bandwidth, 'B/s')} of a copy here; and ${amountOf(cost.flops, 'FLOP')}, which take ${timeOf(counting)} at the ${amountOf(peak, 'FLOP/s')} of a matrix product here. So ${bound} is the bound, at about ${timeOf(Math.max(moving, counting))} a call.`,
    ...(cost.traffic > 2 * bytes
      ? [`Operator by operator, eager PyTorch moves ${amountOf(cost.traffic, 'B')}: fusing them saves that.`]
      : []),
  ].join('\n')
}

/**
 * A table of operators by their shares of a call, with FLOP/s and bytes/s where the shapes tell them, and how near that is
 * to what the machine can do. A profiler makes everything take longer: shares of that time are put on a call without it.
 */
export function operatorsText(
  { operators, seconds, profiled, bandwidth, peak }: Profile,
  cost?: Cost,
): string {
  const scale = seconds / Math.max(profiled, 1e-9)
  const known = new Map(cost?.operators.map((each) => [each.name, each]))
  const shown = operators.map((each) => ({ ...each, seconds: each.seconds * scale }))
  const told = shown.filter((each) => each.seconds > 0.02 * seconds).slice(0, 8)
  const lines = told.map(({ name, calls, seconds: own }) => {
    const of = known.get(name.replace(/^aten::/, '').replace(/_$/, ''))
    const near = of && percent(Math.max(of.flops / peak, of.bytes / bandwidth) / own)
    const rates = of
      ? `: ${amountOf(of.flops / own, 'FLOP/s')}, ${amountOf(of.bytes / own, 'B/s')}, ${near} of the roofline`
      : ''
    const times = Number(calls.toPrecision(3))
    return `- ${name}: ${percent(own / seconds)}, ${timeOf(own)} in ${times} ${times === 1 ? 'call' : 'calls'}${rates}`
  })
  const other = seconds - shown.reduce((sum, each) => sum + each.seconds, 0)
  if (other > 0.2 * seconds)
    lines.push(
      `- outside of PyTorch's operators (kernels of its own, Python): ${percent(other / seconds)}, ${timeOf(other)}`,
    )
  return lines.join('\n')
}

/** All that is known of the problem. */
export function problemText({ profiled, cost }: ProblemProfile): string {
  if ('why' in profiled) return `The problem could not be profiled: ${profiled.why}`
  const { profile } = profiled
  return [
    `One call of the problem's Model takes ${timeOf(profile.seconds)} in eager PyTorch. By operator:`,
    operatorsText(profile, cost),
    ...(cost ? [rooflineText(cost, profile)] : []),
    ...(cost && cost.unknown.length > 0
      ? [`Counted as one FLOP an element, for want of a formula: ${cost.unknown.join(', ')}.`]
      : []),
  ].join('\n')
}

/** How near an answer that takes so long a call comes to what the machine can do. */
export function rateText(seconds: number, facts: Facts, { profiled, cost }: ProblemProfile): string {
  const bytes = [...facts.inputs, ...facts.weights, ...facts.outputs].reduce(
    (sum, each) => sum + each.bytes,
    0,
  )
  const profile = 'profile' in profiled ? profiled.profile : undefined
  const share = (rate: number, of: number | undefined) =>
    of
      ? ` (${percent(rate / of)} of what a ${of === profile?.peak ? 'matrix product' : 'copy'} reaches here)`
      : ''
  const moved = `${amountOf(bytes / seconds, 'B/s')}${share(bytes / seconds, profile?.bandwidth)}`
  const counted = cost
    ? ` and ${amountOf(cost.flops / seconds, 'FLOP/s')}${share(cost.flops / seconds, profile?.peak)}`
    : ''
  return `With ${timeOf(seconds)} a call it comes to ${moved}${counted}, counting each input, weight and output once.`
}
