import { attempt } from './bytes.ts'
import type { Headers } from './headers.ts'

const tag = {
  needed: 1,
  strtab: 5,
  symtab: 6,
  hash: 4,
  soname: 14,
  rpath: 15,
  bindNow: 24,
  runpath: 29,
  flags: 30,
  flags1: 0x6ffffffb,
  verneed: 0x6ffffffe,
  verneednum: 0x6fffffff,
} as const

/** What a file says to the dynamic loader. */
export interface Dynamic {
  readonly needed: readonly string[]
  readonly soname: string | undefined
  readonly runpath: string | undefined
  readonly bindNow: boolean
  readonly pie: boolean
  /** Names of the functions that it takes from elsewhere. */
  readonly imports: readonly string[]
  /** Versions of symbols that it needs: `GLIBC_2.34`. */
  readonly versions: readonly string[]
}

const mostTags = 4096
const mostSymbols = 50_000
const mostVersions = 2000

/** The dynamic section, by the segment that the loader goes by. Undefined in static programs. */
export function dynamicOf(headers: Headers): Dynamic | undefined {
  const { bytes, segments } = headers
  const segment = segments.find(({ type }) => type === 2)
  if (!segment) return undefined
  const step = bytes.wide ? 8 : 4
  const tags: [number, number][] = []
  attempt(() => {
    for (
      let at = segment.offset;
      tags.length < mostTags && at < segment.offset + segment.size;
      at += 2 * step
    ) {
      const name = bytes.word(at)
      if (name === 0) return
      tags.push([name, bytes.word(at + step)])
    }
  }, undefined)
  const value = (name: number) => tags.find(([each]) => each === name)?.[1]
  const strings = placeOf(headers, value(tag.strtab))
  const text = (offset: number | undefined) =>
    strings === undefined || offset === undefined
      ? undefined
      : attempt(() => bytes.text(strings + offset), undefined)
  const flags = value(tag.flags) ?? 0
  const flags1 = value(tag.flags1) ?? 0
  return {
    needed: tags.flatMap(([name, offset]) => (name === tag.needed ? (text(offset) ?? []) : [])),
    soname: text(value(tag.soname)),
    runpath: text(value(tag.runpath) ?? value(tag.rpath)),
    bindNow: value(tag.bindNow) !== undefined || (flags & 8) !== 0 || (flags1 & 1) !== 0,
    pie: (flags1 & 0x08000000) !== 0,
    imports: importsOf(headers, value(tag.symtab), value(tag.hash), value(tag.strtab), text),
    versions: versionsOf(headers, value(tag.verneed), value(tag.verneednum) ?? 0, text),
  }
}

/** Where in the file an address is. */
function placeOf({ segments }: Headers, address: number | undefined): number | undefined {
  if (address === undefined) return undefined
  const segment = segments.find(
    ({ type, address: start, size }) => type === 1 && address >= start && address < start + size,
  )
  return segment && address - segment.address + segment.offset
}

type Text = (offset: number | undefined) => string | undefined

/** Undefined symbols that are functions, or of no type, as old linkers left them. */
function importsOf(
  headers: Headers,
  symtab: number | undefined,
  hash: number | undefined,
  strtab: number | undefined,
  text: Text,
): string[] {
  const { bytes } = headers
  const start = placeOf(headers, symtab)
  if (start === undefined || symtab === undefined) return []
  const size = bytes.wide ? 24 : 16
  const count = symbolCount(headers, start, size, symtab, hash, strtab)
  const names = new Set<string>()
  attempt(() => {
    for (let index = 1; index < count; index++) {
      const at = start + index * size
      const info = bytes.buffer[at + (bytes.wide ? 4 : 12)] ?? 0
      const section = bytes.u16(at + (bytes.wide ? 6 : 14))
      const name = section === 0 && ((info & 15) === 2 || (info & 15) === 0) ? text(bytes.u32(at)) : undefined
      if (name) names.add(name)
    }
  }, undefined)
  return [...names]
}

/** How many dynamic symbols there are: by the section, the hash table, or the strings that follow them as a rule. */
function symbolCount(
  headers: Headers,
  start: number,
  size: number,
  symtab: number,
  hash: number | undefined,
  strtab: number | undefined,
): number {
  const section = headers.sections.find(({ type, offset }) => type === 11 && offset === start)
  const table = placeOf(headers, hash)
  const said = section
    ? section.size / size
    : table !== undefined
      ? attempt(() => headers.bytes.u32(table + 4), 0)
      : strtab !== undefined && strtab > symtab
        ? (strtab - symtab) / size
        : 0
  return Math.min(Math.floor(said), mostSymbols)
}

function versionsOf(
  { bytes, ...headers }: Headers,
  address: number | undefined,
  count: number,
  text: Text,
): string[] {
  let at = placeOf({ bytes, ...headers }, address)
  const names: string[] = []
  let steps = 0
  attempt(() => {
    for (let file = 0; at !== undefined && file < count && steps < mostVersions; file++) {
      let auxiliary = at + bytes.u32(at + 8)
      const entries = bytes.u16(at + 2)
      for (let entry = 0; entry < entries && ++steps < mostVersions; entry++) {
        const name = text(bytes.u32(auxiliary + 8))
        if (name) names.push(name)
        const next = bytes.u32(auxiliary + 12)
        if (next === 0) break
        auxiliary += next
      }
      const next = bytes.u32(at + 12)
      at = next === 0 ? undefined : at + next
      steps++
    }
  }, undefined)
  return names
}
