import type { ElfFacts } from '../../facts.ts'
import { attempt } from './bytes.ts'
import { type Dynamic, dynamicOf } from './dynamic.ts'
import { type Headers, headersOf } from './headers.ts'

const machines: Readonly<Record<number, string>> = {
  2: 'sparc',
  3: 'i386',
  4: 'm68k',
  8: 'mips',
  20: 'powerpc',
  21: 'powerpc64',
  22: 's390',
  40: 'arm',
  42: 'superh',
  43: 'sparc64',
  62: 'x86-64',
  83: 'avr',
  94: 'xtensa',
  183: 'aarch64',
  243: 'riscv',
  247: 'bpf',
  258: 'loongarch',
}

/** Functions worth knowing of in a static program, where nothing is imported. */
const telling = new Set(
  'accept accept4 alarm bind execve fgets fork fopen getenv gets htons listen main mprotect open printf puts read recv scanf send setuid socket strcpy system win'.split(
    ' ',
  ),
)
const mostNames = 400

/**
 * An ELF file by its headers alone; nothing in it is run, and nothing that it says is believed to be inside the file. Of
 * static programs `imports` are those functions worth knowing that its own symbols name. Undefined where it is broken from
 * its beginning.
 */
export function elfFacts(buffer: Buffer): ElfFacts | undefined {
  const headers = headersOf(buffer)
  if (!headers) return undefined
  const { bytes, machine, segments, sections } = headers
  const dynamic = dynamicOf(headers)
  const kind = kindOf(headers, dynamic)
  const program = segments.find(({ type }) => type === 3)
  const interpreter = program && attempt(() => bytes.text(program.offset), '')
  const isStatic = kind === 'program' && !interpreter && (dynamic?.needed.length ?? 0) === 0
  const own = isStatic || kind === 'object' ? symbolsOf(headers) : []
  const imports = isStatic ? own.filter((name) => telling.has(name)) : (dynamic?.imports ?? [])
  const glibc = newest(dynamic?.versions ?? [])
  const libc = kind === 'library' ? libcVersion(buffer) : undefined
  const name = machines[machine]
  return {
    bits: bytes.wide ? 64 : 32,
    machine: name === undefined ? `machine-${machine}` : name === 'riscv' && bytes.wide ? 'riscv64' : name,
    kind,
    ...(kind === 'program' && interpreter && { interpreter }),
    static: isStatic,
    needed: (dynamic?.needed ?? []).slice(0, 60).map(short),
    ...(dynamic?.runpath && { runpath: dynamic.runpath }),
    ...(glibc && { glibc }),
    canary:
      imports.includes('__stack_chk_fail') ||
      own.includes('__stack_chk_fail') ||
      (isStatic && smashes(buffer)),
    nx: segments.some(({ type, flags }) => type === 0x6474e551 && (flags & 1) === 0),
    pie: kind === 'program' && headers.type === 3,
    relro: segments.some(({ type }) => type === 0x6474e552)
      ? dynamic?.bindNow
        ? 'full'
        : 'partial'
      : 'none',
    stripped: !sections.some(({ type }) => type === 2),
    imports: imports.slice(0, mostNames).map(short),
    ...(libc && { libc }),
  }
}

function short(text: string): string {
  return text.slice(0, 200)
}

function kindOf({ type, segments, sections }: Headers, dynamic: Dynamic | undefined): ElfFacts['kind'] {
  if (type === 4) return 'core'
  if (type === 1)
    return sections.some(({ name }) => name === '.modinfo' || name === '.gnu.linkonce.this_module')
      ? 'kernel-module'
      : 'object'
  if (type !== 3) return 'program'
  // libc.so.6 can be run too, and says what it is called; programs do not.
  if (dynamic?.soname) return 'library'
  return dynamic?.pie || segments.some((segment) => segment.type === 3) ? 'program' : 'library'
}

const mostSymbols = 100_000

/** Names of the functions that a file with symbols has. */
function symbolsOf({ bytes, sections }: Headers): string[] {
  const table = sections.find(({ type }) => type === 2)
  const strings = table && sections[table.link]
  if (!table || !strings) return []
  const size = bytes.wide ? 24 : 16
  const names = new Set<string>()
  attempt(() => {
    for (let index = 0; index < Math.min(table.size / size, mostSymbols); index++) {
      const at = table.offset + index * size
      const info = bytes.buffer[at + (bytes.wide ? 4 : 12)] ?? 0
      if ((info & 15) === 2 || (info & 15) === 10) names.add(bytes.text(strings.offset + bytes.u32(at)))
    }
  }, undefined)
  return [...names]
}

/** glibc's own message, which only programs with canaries have. */
function smashes(buffer: Buffer): boolean {
  return buffer.includes('*** stack smashing detected ***')
}

function newest(versions: readonly string[]): string | undefined {
  const all = versions.flatMap((name) => /^GLIBC_(\d{1,3}(?:\.\d{1,3}){1,2})$/.exec(name)?.[1] ?? [])
  return all.sort((a, b) => compare(b, a))[0]
}

function compare(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** glibc's banner: `GNU C Library (Ubuntu GLIBC 2.31-0ubuntu9) stable release version 2.31.` */
function libcVersion(buffer: Buffer): string | undefined {
  const at = buffer.indexOf('GNU C Library')
  if (at < 0) return undefined
  return /release version (\d{1,2}\.\d{1,3}(?:\.\d{1,2})?)/.exec(buffer.toString('latin1', at, at + 300))?.[1]
}
