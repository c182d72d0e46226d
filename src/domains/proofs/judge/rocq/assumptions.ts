/** What a program of Rocq says that something rests on. */
export interface Assumptions {
  readonly axioms: readonly string[]
  /** Everything else, in its words: checks that were off, theories that were changed, and lines that are not understood. */
  readonly others: readonly string[]
}

/** `coqchk -o`: lists by their heading, in its order. */
export type Summary = ReadonlyMap<string, readonly string[]>

const axiomsHeading = 'Axioms'

/** What `coqchk -silent -o` printed; undefined where it is not of that form, as where names have lines of it in them. */
export function readSummary(text: string): Summary | undefined {
  const parts = text.split(/^CONTEXT SUMMARY\n=+\n/m)
  if (parts.length !== 2) return undefined
  const summary = new Map<string, string[]>()
  let items: string[] | undefined
  for (const line of parts[1]!.split('\n')) {
    if (line.trim() === '') continue
    const heading = /^\* ([^:]+):(.*)$/.exec(line)
    if (heading) {
      const [, name, rest] = heading
      if (summary.has(name!)) return undefined
      items = ['', '<none>'].includes(rest!.trim()) ? [] : [rest!.trim()]
      summary.set(name!, items)
    } else if (line.startsWith('    ') && items) items.push(line.trim())
    else return undefined
  }
  return summary.has(axiomsHeading) ? summary : undefined
}

export function axiomsIn(summary: Summary): readonly string[] {
  return summary.get(axiomsHeading) ?? []
}

/** What a summary has under its other headings that another has not, each with its heading. */
export function unsafeIn(summary: Summary, other: Summary): string[] {
  return [...summary].flatMap(([heading, items]) =>
    heading === axiomsHeading
      ? []
      : items.filter((item) => !other.get(heading)?.includes(item)).map((item) => `${heading}: ${item}`),
  )
}

const closed = 'Closed under the global context'

/** What `Print Assumptions` printed: names at the beginning of a line, their types after a colon or indented. */
export function readAssumptions(text: string): Assumptions {
  if (text.trim() === closed) return { axioms: [], others: [] }
  const axioms: string[] = []
  const others: string[] = []
  let listed = false
  for (const line of text.split('\n')) {
    if (line.trim() === '' || (listed && /^\s/.test(line))) continue
    const name = /^([^\s:]+)(?: :(?: .*)?)?$/.exec(line)?.[1]
    if (line === 'Axioms:') listed = true
    else if (listed && name !== undefined) axioms.push(name)
    // Of an axiom from which everything follows it is also said what for.
    else if (listed && /^used in \S+ to prove$/.test(line)) continue
    else others.push(line)
  }
  // Neither closed nor a list: nothing may be concluded from silence.
  return listed || others.length > 0 ? { axioms, others } : { axioms, others: ['nothing was printed'] }
}
