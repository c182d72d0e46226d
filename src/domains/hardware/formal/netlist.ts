/** A wire bit by number, or a constant. */
export type Bit = number | '0' | '1' | 'x' | 'z'

export interface Cell {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
  readonly connections: Readonly<Record<string, readonly Bit[]>>
  /** Absent for cells of a type that yosys does not know. */
  readonly port_directions?: Readonly<Record<string, string>>
}

/** One module as yosys's `write_json` gives it. */
export interface Module {
  readonly ports: Readonly<Record<string, { readonly direction: string; readonly bits: readonly Bit[] }>>
  readonly cells: Readonly<Record<string, Cell>>
  readonly netnames: Readonly<
    Record<string, { readonly bits: readonly Bit[]; readonly attributes: Readonly<Record<string, string>> }>
  >
}

/** The modules of a netlist by name. Throws where it is not one. */
export function readNetlist(json: string): Readonly<Record<string, Module>> {
  const { modules } = JSON.parse(json) as { modules?: Record<string, Module> }
  if (modules === undefined) throw new Error('yosys wrote a netlist without modules')
  return modules
}

/** Initial values of wire bits; a bit that is absent starts as X. */
export function initialValues(module: Module): Map<Bit, '0' | '1'> {
  const values = new Map<Bit, '0' | '1'>()
  for (const { bits, attributes } of Object.values(module.netnames)) {
    const init = attributes.init
    if (init === undefined) continue
    // The most significant bit comes first in the text, the least in the bits.
    const text = [...init].reverse()
    bits.forEach((bit, index) => {
      const value = text[index]
      if (value === '0' || value === '1') values.set(bit, value)
    })
  }
  return values
}
