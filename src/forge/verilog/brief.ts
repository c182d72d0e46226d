import type { Plan } from './plan.ts'

/** What the agent is told: the interface, what is known of clock and resets, and what the source says of itself. */
export function instructionsOf(plan: Plan): string {
  return [
    `# ${plan.module}`,
    '',
    'Write a SystemVerilog module named `TopModule` in the file `TopModule.sv`, with this interface. Ports are one',
    'bit wide unless a width is given; bit 0 of a wider port is its least significant bit.',
    '',
    ...plan.inputs.map(({ name, width }) => portLine('input ', name, width)),
    ...plan.outputs.map(({ name, width }) => portLine('output', name, width)),
    '',
    ...saidOfPorts(plan),
    ...description(plan),
    ...timing(plan),
    'The design is compared with the original for many inputs in a simulation, and then for all inputs by a prover.',
    'Where an output of the original is unknown (X), such as a register before it was given a value, anything is right.',
    '',
    'The design is compiled as SystemVerilog (IEEE 1800-2012) by Icarus Verilog 11.',
    '',
  ].join('\n')
}

function portLine(direction: string, name: string, width: number): string {
  return ` - ${direction} ${name}${width === 1 ? '' : ` (${width} bits)`}`
}

function saidOfPorts({ portComments, inputs, outputs }: Plan): string[] {
  const said = [...inputs, ...outputs].filter(({ name }) => Object.hasOwn(portComments, name))
  if (said.length === 0) return []
  return [
    'The source says of the ports:',
    '',
    ...said.map(({ name }) => `- \`${name}\`: ${quotable(portComments[name]!)}`),
    '',
  ]
}

/** One line that cannot become markup of its own. */
function quotable(text: string): string {
  return `"${text.replace(/["`\s]+/g, ' ').trim()}"`
}

function description(plan: Plan): string[] {
  const { description: said, module, parameters } = plan
  if (said.kind === 'names') return ['Its names are all that is known of what it does.', '']
  if (said.kind === 'table') return table(plan, said.rows)
  const from =
    said.kind === 'comment'
      ? `This is what the comments in its source say. They were written for that source, in which the module is called \`${module}\`, and may name things that are not part of this task:`
      : `This text stands beside its source, in which the module is called \`${module}\`:`
  const values = Object.entries(parameters).filter(([name]) => new RegExp(`\\b${name}\\b`).test(said.text))
  return [
    ...wrapped(from),
    '',
    ...said.text.split('\n').map((line) => `> ${line}`.trimEnd()),
    '',
    ...(values.length > 0
      ? [...wrapped(`There ${values.map(([name, value]) => `\`${name}\` is ${value}`).join(', ')}.`), '']
      : []),
  ]
}

function table({ inputs, outputs }: Plan, rows: readonly (readonly [string, string])[]): string[] {
  const cut = (digits: string, ports: Plan['inputs']) => {
    let at = 0
    return ports.map(({ width }) => {
      at += width
      return digits.slice(at - width, at)
    })
  }
  const names = [...inputs, ...outputs].map(({ name }) => name)
  return [
    'The outputs follow the inputs at once, as in this table, in which vectors are written in binary (x: anything is',
    'right):',
    '',
    `| ${names.join(' | ')} |`,
    `|${names.map(() => ' --- |').join('')}`,
    ...rows.map(([from, to]) => `| ${[...cut(from, inputs), ...cut(to, outputs)].join(' | ')} |`),
    '',
  ]
}

function timing({ clock, resets, cyclesToKnown, initial, registers, outputs }: Plan): string[] {
  if (clock === undefined)
    return wrapped('There is no clock: the outputs follow the inputs at once.').concat('')
  const edge = clock.bothEdges ? 'at both edges' : `at the ${clock.rising ? 'rising' : 'falling'} edge`
  const lines = [
    `Its registers (${registers} bits in the original) change ${edge} of \`${clock.name}\`. Inputs change only while \`${clock.name}\` is ${clock.rising ? 0 : 1}${clock.bothEdges ? ' or, well after an edge, while it is the other' : ''}; outputs are looked at before and after each active edge.`,
  ]
  for (const { name, active, asynchronous, resets: bits, registers: all } of resets)
    lines.push(
      `\`${name}\` is a reset, active ${active ? 'high' : 'low'} and ${asynchronous ? 'asynchronous: it acts at once' : `synchronous: it acts ${edge} of \`${clock.name}\``}. In the original it gives ${bits === all ? 'all registers' : `${bits} of the ${all} bits of registers`} their starting value.`,
    )
  if (resets.length === 0) lines.push('It has no reset.')
  else if (cyclesToKnown === 0) lines.push('While it is reset, all outputs are known.')
  else if (cyclesToKnown !== undefined)
    lines.push(
      `After ${cyclesToKnown} active ${cyclesToKnown === 1 ? 'edge' : 'edges'} with the reset held, all outputs of the original are known.`,
    )
  const known = initial && outputs.filter(({ name }) => /^[01]+$/.test(initial[name] ?? ''))
  if (known && known.length > 0)
    lines.push(
      `Registers of the original have initial values: before anything happens, with all other inputs at 0 and no reset active, ${known.map(({ name, width }) => `\`${name}\` is ${width}'b${initial[name]}`).join(', ')}.`,
    )
  return [...lines.flatMap(wrapped), '']
}

/** Lines of at most 115 characters. */
function wrapped(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= 115) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return [...lines, line]
}
