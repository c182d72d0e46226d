import { assign, clocked, type Recogniser } from './design.ts'
import { type Arrow, isStateName, type Machine, machineOf } from './machines.ts'
import type { Reading } from './reading.ts'

/** A whole machine: state register, next state and outputs. */
export const clockedMachine: Recogniser = (reading) => {
  const machine = machineOf(reading)
  const { clock, data, outputs, text } = reading
  if (!machine || !clock || data.some((port) => isStateName(port.name) || port.width > 1)) return undefined
  if (!closed(machine)) return undefined
  const index = (state: string) => machine.states.indexOf(state)
  const width = Math.max(1, Math.ceil(Math.log2(machine.states.length)))
  const next = machine.arrows.map(
    (arrow) => `  ${isTaken(arrow, `state == ${index(arrow.from)}`)}: next = ${index(arrow.to)};`,
  )
  const given = outputs.map((output) => {
    const terms = [
      ...machine.states
        .filter((state) => machine.outputs.get(state)?.[output.name] === '1')
        .map((state) => `state == ${index(state)}`),
      ...machine.arrows
        .filter((arrow) => arrow.outputs[output.name] === '1')
        .map((arrow) => isTaken(arrow, `state == ${index(arrow.from)}`)),
    ]
    return assign(output, terms.map((term) => `(${term})`).join(' || ') || "1'b0")
  })
  const start = startOf(text, machine)
  const body = [
    `reg [${width - 1}:0] state = ${index(start)}, next;`,
    'always @(*) begin',
    '  next = state;',
    "  case (1'b1)",
    ...next,
    '    default: ;',
    '  endcase',
    'end',
    clocked(reading, 'state <= next;', `state <= ${index(start)};`),
    ...given,
  ]
  return { body: body.join('\n'), why: `a state machine of ${machine.states.length} states, from ${start}` }
}

/** Only the combinational part: the present state is an input, the next state or bits of it are outputs. */
export const machineLogic: Recogniser = (reading) => {
  const machine = machineOf(reading)
  const present = reading.data.find((port) => isStateName(port.name))
  if (!machine || !present || !closed(machine) || machine.states.length > 30) return undefined
  const oneHot = /one-hot/i.test(reading.text) && present.width === machine.states.length
  const codes = new Map(
    machine.states.map((state, place) => [state, oneHot ? 1 << place : codeOf(state, place)]),
  )
  const inState = (state: string) =>
    oneHot
      ? `${present.name}[${machine.states.indexOf(state)}]`
      : `${present.name} == ${present.width}'d${codes.get(state)}`
  const entering = (states: readonly string[]) =>
    machine.arrows
      .filter((arrow) => states.includes(arrow.to))
      .map((arrow) => `(${isTaken(arrow, inState(arrow.from))})`)
      .join(' | ') || "1'b0"
  const nextBit = (bit: number) => entering(machine.states.filter((state) => (codes.get(state)! >> bit) & 1))
  const lines = reading.outputs.map((output) => {
    if (output.width === present.width && output.width > 1) {
      return Array.from(
        { length: output.width },
        (_, bit) => `assign ${output.name}[${bit}] = ${nextBit(bit)};`,
      ).join('\n')
    }
    const bit = /^Y(\d+)$/.exec(output.name)?.[1]
    if (bit) return assign(output, nextBit(Number(bit)))
    const target = /^(\w+)_next$/.exec(output.name)?.[1]
    if (target && machine.states.includes(target)) return assign(output, entering([target]))
    const high = machine.states.filter((state) => machine.outputs.get(state)?.[output.name] === '1')
    return assign(output, high.map((state) => `(${inState(state)})`).join(' | ') || "1'b0")
  })
  return {
    body: lines.join('\n'),
    why: `the logic of a machine of ${machine.states.length} states${oneHot ? ', one-hot' : ''}`,
  }
}

/** Every arrow ends in a state that has arrows: a list cut off or misread is not guessed at. */
function closed(machine: Machine): boolean {
  return machine.arrows.every((arrow) => machine.states.includes(arrow.to))
}

/** A state's own name where it is a binary code, else its place in the list. */
function codeOf(state: string, place: number): number {
  return /^[01]{2,}$/.test(state) ? Number.parseInt(state, 2) : place
}

function isTaken(arrow: Arrow, inState: string): string {
  const terms = Object.entries(arrow.condition).map(([name, value]) => (value === '1' ? name : `!${name}`))
  return [inState, ...terms].map((term) => `(${term})`).join(' && ')
}

/** The state that the reset leads to; the first in the list where the text names none. */
function startOf(text: string, machine: Machine): string {
  const forms = [
    /reset state is (\w+)/i,
    /(?:reset|start)\w*\b[^.]{0,60}?\b(?:in|to|into) (?:a )?state "?(\w+)/i,
    /goes to state (\w+)/i,
  ]
  for (const form of forms) {
    const name: Reading['text'] | undefined = form.exec(text)?.[1]
    if (name && machine.states.includes(name)) return name
  }
  return machine.states[0]!
}
