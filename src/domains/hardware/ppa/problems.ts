import type { Problem } from './figures.ts'

/** A flood of problems says no more than the first ones. */
const maxProblems = 20

/** What yosys' log says of a design that is likely a mistake; loops are taken from the log of the gates. */
export function problemsIn(log: string, gates = ''): Problem[] {
  const found: Problem[] = []
  for (const [, signal, process] of log.matchAll(
    /^Latch inferred for signal `([^']+)' from process `([^']+)'/gm,
  ))
    found.push({
      code: 'latch',
      message: `a latch is inferred for ${plain(signal!)}: it is not assigned in every case of a combinational process`,
      ...place(process!),
    })
  for (const [, net] of log.matchAll(/^Warning: multiple conflicting drivers for (\S+)(?: \[\d+\])?:/gm))
    found.push({ code: 'multiple-drivers', message: `${plain(net!)} has several drivers` })
  for (const [, net] of log.matchAll(/^Warning: Wire (.+?) is used but has no driver/gm))
    found.push({ code: 'undriven', message: `${plain(net!)} is used but nothing drives it; it counts as 0` })
  for (const [, body] of gates.matchAll(
    /^Warning: found logic loop in module [^\n]*\n((?: {4}[^\n]*\n)+)/gm,
  )) {
    const wires = [...body!.matchAll(/^ {4}wire \\(\S+)/gm)].map((wire) => wire[1]!)
    const through = wires.length > 0 ? ` through ${[...new Set(wires)].slice(0, 5).join(', ')}` : ''
    found.push({ code: 'loop', message: `a combinational loop${through}: its delay is not defined` })
  }
  const seen = new Set<string>()
  return found.filter(({ message }) => !seen.has(message) && seen.add(message)).slice(0, maxProblems)
}

/** `\TopModule.\q` as `q`. */
function plain(name: string): string {
  return name.replace(/^\\?\w+\./, '').replaceAll('\\', '')
}

/** The line in a name of yosys' own: `\TopModule.$proc$TopModule.sv:12$4`. */
function place(process: string): { at?: string } {
  const line = /\$([\w.]+\.sv:\d+)\$/.exec(process)?.[1]
  return line === undefined ? {} : { at: line }
}

/** yosys' own error lines, without the command that it was at. */
export function errorIn(log: string): string {
  const line = /^(?:.*?)ERROR: (.*(?:\n(?!\n).*)?)/m.exec(log)?.[0]
  return (line ?? log.trim()).slice(0, 600)
}
