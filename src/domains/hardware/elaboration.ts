import type { Finding } from '../../core/verdict.ts'
import { answerPath, topModule } from './key.ts'
import type { Direction } from './modules.ts'

/**
 * What Icarus made of the design alone, read from its vvp assembly. It is the second line behind the rules on
 * tokens: whatever way something was written, here it has its plain name.
 */
export interface Elaboration {
  readonly icarus: string
  readonly ports: ReadonlyMap<string, { readonly direction: Direction; readonly bits: number }>
  /** Input ports that something inside the design drives, pulls or switches. */
  readonly drivenInputs: readonly string[]
  /** Input ports that are not a signal of their own name, so that nothing can be said of their drivers. */
  readonly hiddenInputs: readonly string[]
  /** System tasks and functions that would run in the simulation, with the line in the design. */
  readonly systemCalls: readonly { readonly name: string; readonly line: number }[]
  /** Opcodes that override nets, and bidirectional switches. */
  readonly overrides: readonly string[]
}

const quoted = /"((?:[^"\\]|\\.)*)"/

/** Reads vvp assembly of `-s TopModule`. Undefined where it has no module of that name. */
export function readElaboration(assembly: string): Elaboration | undefined {
  const lines = assembly.split('\n')
  const root = lines.findIndex((line) => /^S_\w+ \.scope module, "TopModule" "TopModule" \d+ \d+;/.test(line))
  if (root === -1) return undefined
  const ports = new Map<string, { direction: Direction; bits: number }>()
  for (let at = root + 1; at < lines.length; at++) {
    const port = /^ +\.port_info \d+ \/(INPUT|OUTPUT|INOUT) (\d+) (.*);$/.exec(lines[at]!)
    if (port !== null)
      ports.set(nameIn(port[3]!), {
        direction: port[1]!.toLowerCase() as Direction,
        bits: Number(port[2]),
      })
    else if (!lines[at]!.startsWith(' .timescale')) break
  }
  const { open, driven } = netsOf(lines, root)
  const inputs = [...ports].flatMap(([name, { direction }]) => (direction === 'input' ? [name] : []))
  return {
    icarus: /^:ivl_version "([^" ]+)/m.exec(assembly)?.[1] ?? 'unknown',
    ports,
    drivenInputs: inputs.filter((name) => driven.has(name)),
    hiddenInputs: inputs.filter((name) => !driven.has(name) && !open.has(name)),
    systemCalls: [...assembly.matchAll(/^ +%vpi_(?:call|func)\S* \d+ (\d+) "(\$[^"]*)"/gm)].map((call) => ({
      name: call[2]!,
      line: Number(call[1]),
    })),
    overrides: [
      ...new Set(
        [...assembly.matchAll(/^ +(%(?:force|release)\S*)|^\S+ (\.island)\b/gm)].map(
          (found) => found[1] ?? found[2]!,
        ),
      ),
    ],
  }
}

/**
 * Signals of the root module. A net that nothing drives, pulls or switches is shown with no driver, on a functor
 * that says that it stands for the absence of one; every other form counts as driven.
 */
function netsOf(
  lines: readonly string[],
  root: number,
): { open: ReadonlySet<string>; driven: ReadonlySet<string> } {
  const absent = new Set(
    lines.flatMap((line) => /^(o\w+) \.functor BUFZ \d+, [^;]*; HiZ drive$/.exec(line)?.[1] ?? []),
  )
  const open = new Set<string>()
  const driven = new Set<string>()
  for (let at = root + 1; at < lines.length; at++) {
    const line = lines[at]!
    if (/^S_\w+ \.scope module,/.test(line)) break
    const signal = /^v\w+ \.(net|var|array)\S* ("(?:[^"\\]|\\.)*"),/.exec(line)
    if (signal === null) continue
    const source = / (o\w+); +0 drivers(?:, strength-aware)?$/.exec(line)?.[1]
    const isOpen = signal[1] === 'net' && source !== undefined && absent.has(source)
    ;(isOpen ? open : driven).add(nameIn(signal[2]!))
  }
  return { open, driven }
}

function nameIn(text: string): string {
  return (quoted.exec(text)?.[1] ?? '').replace(/\\(.)/g, '$1')
}

/** What the elaborated design does that no design may. */
export function checkElaboration(elaboration: Elaboration): Finding[] {
  const at = (line?: number) => ({ at: line === undefined ? answerPath : `${answerPath}:${line}` })
  return [
    ...elaboration.drivenInputs.map(
      (name): Finding => ({
        code: 'drives-input',
        severity: 'error',
        message: `${topModule} drives its own input ${name}, which belongs to the testbench`,
        ...at(),
      }),
    ),
    ...elaboration.overrides.map(
      (opcode): Finding => ({
        code: 'forces',
        severity: 'error',
        message: `the design overrides a signal (${opcode}); use assignments`,
        ...at(),
      }),
    ),
  ]
}
