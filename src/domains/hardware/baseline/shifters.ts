import { clocked, type Recogniser, rangeOf, resetValueOf } from './design.ts'
import type { Port } from './reading.ts'

const called = (ports: readonly Port[], name: RegExp) => ports.find((port) => name.test(port.name))
const counts: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
}

/** "a shift register with four D flops": serial in, serial out. */
export const delayLine: Recogniser = (reading) => {
  const { text, data, outputs, clock } = reading
  const word = /shift register with (\w+) D (?:flip-)?flops/i.exec(text)?.[1]
  const length = counts[word?.toLowerCase() ?? '']
  if (!clock || !length || data.length !== 1 || outputs.length !== 1 || outputs[0]!.width !== 1)
    return undefined
  const body = [
    `reg ${rangeOf(length)}line_r;`,
    clocked(reading, `line_r <= {line_r[${length - 2}:0], ${data[0]!.name}};`, 'line_r <= 0;'),
    `assign ${outputs[0]!.name} = line_r[${length - 1}];`,
  ]
  return { body: body.join('\n'), why: `a shift register of ${length} bits` }
}

/** A register that loads, shifts or rotates one place: by an enable in a stated direction, or by a two-bit one. */
export const shiftRegister: Recogniser = (reading) => {
  const { text, data, outputs, clock } = reading
  const load = called(data, /^load$/i)
  const value = called(data, /^d(ata)?$/i)
  const enable = called(data, /^(en|ena|enable)$/i)
  const output = outputs[0]
  if (!clock || !load || !value || !enable || data.length !== 3 || outputs.length !== 1) return undefined
  const width = output!.width
  if (value.width !== width || width < 2) return undefined
  const rotates = /\brotat/i.test(text)
  if (!rotates && !/shift register/i.test(text)) return undefined
  const q = output!.name
  const right = `{${rotates ? `${q}[0]` : "1'b0"}, ${q}[${width - 1}:1]}`
  const left = `{${q}[${width - 2}:0], ${rotates ? `${q}[${width - 1}]` : "1'b0"}}`
  const coded = [...text.matchAll(/2'b([01]{2}) (?:rotates|shifts) (left|right)/gi)]
  let move: string | undefined
  if (enable.width === 2 && coded.length === 2) {
    const cases = coded.map(
      (found) => `2'b${found[1]}: ${q} <= ${found[2]!.toLowerCase() === 'left' ? left : right};`,
    )
    move = `case (${enable.name}) ${cases.join(' ')} default: ; endcase`
  } else if (enable.width === 1) {
    const direction = /\b(left|right) shift|shift (left|right)/i.exec(text)
    const word = (direction?.[1] ?? direction?.[2])?.toLowerCase()
    move = word && `if (${enable.name}) ${q} <= ${word === 'left' ? left : right};`
  }
  if (!move) return undefined
  return {
    body: clocked(
      reading,
      `if (${load.name}) ${q} <= ${value.name};\nelse ${move}`,
      `${q} <= ${resetValueOf(text) ?? '0'};`,
    ),
    why: `a ${rotates ? 'rotator' : 'shift register'} of ${width} bits with load`,
  }
}

/** A register with an operation for each number at an input: "mode 1: shift left", "2'b10: shift right by 1 bit". */
export const codedShifter: Recogniser = (reading) => {
  const { text, data, outputs, clock } = reading
  const output = outputs[0]
  const value = data.find((port) => /^d(ata)?$/i.test(port.name))
  const coded = data.find((port) => port.width === 2)
  const serial = called(data, /^(serial|serial_in|sin)$/i)
  const [load, enable] = [called(data, /^load$/i), called(data, /^(en|ena|enable)$/i)]
  const known = [value, coded, serial, load, enable].filter((port) => port)
  if (!clock || !value || !coded || outputs.length !== 1 || known.length !== data.length) return undefined
  const width = output!.width
  const q = output!.name
  if (value.width !== width || !/\bshift/i.test(text)) return undefined
  const form = new RegExp(`(?:${coded.name} (\\d)|2'b([01]{2})): ((?:shift|${q})[^:.]*)`, 'gi')
  const operations = [...text.matchAll(form)].map((found) => {
    const code = found[1] ?? String(Number.parseInt(found[2]!, 2))
    const words = found[3]!.toLowerCase()
    const by = Number(/by (\d+) bit/.exec(words)?.[1] ?? 1)
    const [fromRight, fromLeft] =
      serial && by === 1
        ? [serial.name, serial.name]
        : [`{${by}{1'b0}}`, `{${by}{${/arithmetic/i.test(text) ? `${q}[${width - 1}]` : "1'b0"}}}`]
    if (words.startsWith('shift left')) return `${code}: ${q} <= {${q}[${width - 1 - by}:0], ${fromRight}};`
    if (words.startsWith('shift right')) return `${code}: ${q} <= {${fromLeft}, ${q}[${width - 1}:${by}]};`
    if (words.includes('keeps its value')) return `${code}: ;`
    return words.includes(`becomes ${value.name}`) ? `${code}: ${q} <= ${value.name};` : undefined
  })
  if (operations.length !== 4 || !operations.every((line) => line)) return undefined
  const move = `${enable ? `if (${enable.name}) ` : ''}case (${coded.name}) ${operations.join(' ')} default: ; endcase`
  return {
    body: clocked(
      reading,
      load ? `if (${load.name}) ${q} <= ${value.name};\nelse ${move}` : move,
      `${q} <= ${resetValueOf(text) ?? '0'};`,
    ),
    why: `a shift register with operations by ${coded.name}`,
  }
}

/** A Galois LFSR that shifts right: "with taps at bit positions 5 and 3", counted from one. */
export const galois: Recogniser = (reading) => {
  const { text, data, outputs, clock, reset } = reading
  const list = /Galois LFSR with taps at bit positions ([\d, and]+)/i.exec(text)?.[1]
  const output = outputs[0]
  if (!clock || !reset || !list || data.length > 0 || outputs.length !== 1) return undefined
  const width = output!.width
  const taps = list.match(/\d+/g)!.map(Number)
  if (!taps.every((tap) => tap >= 1 && tap <= width)) return undefined
  const mask = taps.reduce((sum, tap) => sum | (1n << BigInt(tap - 1)), 0n)
  const q = output!.name
  return {
    body: clocked(
      reading,
      `${q} <= (${q} >> 1) ^ (${q}[0] ? ${width}'h${mask.toString(16)} : ${width}'h0);`,
      `${q} <= ${resetValueOf(text) ?? '1'};`,
    ),
    why: `a Galois LFSR of ${width} bits with taps ${taps.join(', ')}`,
  }
}

/** "Rule 90, a one-dimensional cellular automaton": Wolfram's numbering, zero beyond both ends, with a load. */
export const automaton: Recogniser = (reading) => {
  const { text, data, outputs, clock } = reading
  const rule = /\bRule (\d+)\b[^.]*cellular automaton/i.exec(text)?.[1]
  const [load, value, output] = [called(data, /^load$/i), called(data, /^data$/i), outputs[0]]
  if (!clock || !rule || !load || !value || data.length !== 2 || outputs.length !== 1 || Number(rule) > 255)
    return undefined
  const [q, width] = [output!.name, output!.width]
  const body = [
    `wire [${width + 1}:0] padded = {1'b0, ${q}, 1'b0};`,
    `localparam [7:0] rule = ${rule};`,
    clocked(
      reading,
      `if (${load.name}) ${q} <= ${value.name};\nelse for (int i = 0; i < ${width}; i++) ${q}[i] <= rule[padded[i +: 3]];`,
      `${q} <= 0;`,
    ),
  ]
  return { body: body.join('\n'), why: `the cellular automaton of rule ${rule}` }
}
