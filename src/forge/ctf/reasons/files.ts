import type { FileSet } from '../../../core/files.ts'
import { textOf } from '../../../core/files.ts'

/** What a file needs before anything of it runs: the program of its first line, or an ELF program's loader. */
export interface Needs {
  readonly interpreter?: string
  /** 32 or 64, of ELF files. */
  readonly bits?: 32 | 64
}

/**
 * Looks a few bytes into a program of the challenge, for the one question that a log leaves open: a program that is there
 * and "not found" lacks its interpreter. Offsets are the file's word and are only ever looked up inside it.
 */
export function needsOf(files: FileSet, path: string): Needs | undefined {
  const name = path.replace(/^(\.\/|\/work\/|\/challenge\/)/, '')
  const bytes = files.get(name)
  if (!bytes) return undefined
  const first = textOf(new Map([['head', bytes.subarray(0, 200)]]), 'head') ?? ''
  const line = /^#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(first)
  if (line) return { interpreter: (/\/env$/.test(line[1] ?? '') ? line[2] : line[1]) ?? '' }
  return isElf(bytes) ? elfNeeds(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) : {}
}

function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46 && bytes.length > 64
}

const programInterpreter = 3

/** System V ABI, chapter 5, "Program Header": the entry of type PT_INTERP names the loader. */
function elfNeeds(elf: Buffer): Needs {
  const bits = elf[4] === 1 ? 32 : 64
  if (elf[5] !== 1) return { bits }
  const word = (at: number) => (at + 4 <= elf.length ? elf.readUInt32LE(at) : 0)
  const wide = (at: number) => (bits === 32 ? word(at) : word(at) + word(at + 4) * 2 ** 32)
  const table = wide(bits === 32 ? 28 : 32)
  const size = elf.readUInt16LE(bits === 32 ? 42 : 54)
  const count = Math.min(elf.readUInt16LE(bits === 32 ? 44 : 56), 100)
  for (let entry = 0; entry < count; entry++) {
    const at = table + entry * size
    if (word(at) !== programInterpreter) continue
    const from = wide(at + (bits === 32 ? 4 : 8))
    const until = Math.min(from + wide(at + (bits === 32 ? 16 : 32)), from + 300)
    return { bits, interpreter: elf.subarray(from, until).toString('latin1').replace(/\0.*$/s, '') }
  }
  return { bits }
}
