import type { FileSet } from '../../../core/files.ts'
import type { ServicePlan } from '../plan.ts'

/** Debian's packages of programs that services are run with. What `bookworm-slim` has itself is not among them. */
const packageOf: Readonly<Record<string, string>> = {
  gunicorn: 'gunicorn',
  java: 'default-jre-headless',
  node: 'nodejs',
  nodejs: 'nodejs',
  php: 'php-cli',
  python3: 'python3',
  'qemu-aarch64-static': 'qemu-user-static',
  'qemu-arm-static': 'qemu-user-static',
  'qemu-mips-static': 'qemu-user-static',
  ruby: 'ruby',
  socat: 'socat',
  xinetd: 'xinetd',
}

/** The plan's packages and those of the programs that its command and its scripts' first lines name, in order. */
export function packagesOf(service: ServicePlan, files: FileSet): readonly string[] {
  const firstLines = [...files.values()].flatMap((bytes) => {
    if (bytes[0] !== 0x23 || bytes[1] !== 0x21) return []
    return [Buffer.from(bytes.subarray(2, 200)).toString('latin1').split('\n', 1)[0] ?? '']
  })
  // Words of socat's addresses too: `EXEC:/usr/bin/python3 -u main.py,stderr`.
  const words = [...service.command, ...firstLines].flatMap((text) => text.split(/[\s:,'"=]+/))
  const named = words.flatMap((word) => {
    const program = word.replace(/^(\/usr)?(\/local)?\/bin\//, '')
    return Object.hasOwn(packageOf, program) ? [packageOf[program] ?? ''] : []
  })
  return [...new Set([...service.packages, ...named])].sort()
}

/** Debian's releases, with the version of their C library. */
const releases = [
  { image: 'debian:bookworm-slim', minor: 36 },
  { image: 'debian:trixie-slim', minor: 41 },
]

/** The oldest release whose C library the program runs with; one that ships its own loader runs on any. */
export function baseOf(service: ServicePlan, files: FileSet): string {
  const program = files.get(service.program)
  const ships = /(^|[/ :])ld-[\w.-]*\.so|--library-path/.test(service.command.join(' '))
  const isElf = program?.[0] === 0x7f && program[1] === 0x45
  const text = isElf && !ships ? Buffer.from(program).toString('latin1') : ''
  let needed = 0
  // Whoever writes it a million times has more than a call takes as arguments.
  for (const [, minor] of text.matchAll(/\0GLIBC_2\.(\d{1,3})(?=\0)/g))
    needed = Math.max(needed, Number(minor))
  return (releases.find(({ minor }) => minor >= needed) ?? releases.at(-1))?.image ?? ''
}
