import type { ElfFacts, FileFacts } from '../facts.ts'
import type { Decision } from '../plan.ts'
import { baseName, directoryOf, innerPath } from './paths.ts'
import type { View } from './view.ts'

/** How a native program is started. */
export interface Loading {
  /** What comes before the program: a loader with its path of libraries, or nothing. */
  readonly prefix: readonly string[]
  /** Libraries that the program gets, by the name that it asks for. */
  readonly libraries: ReadonlyMap<string, FileFacts>
  /** The shipped loader, where it is used. */
  readonly loader?: FileFacts
  /** Shipped C libraries that are not used, and would mislead a player. */
  readonly unused: readonly FileFacts[]
  readonly packages: readonly string[]
  readonly decision?: Decision
}

/** Where the libraries are put, below the service's work directory. */
export const libraryDirectory = '.lib'

/** Libraries that are parts of glibc, which fit only their own version of it. */
const ofGlibc =
  /^(libc|libm|libpthread|libdl|librt|libutil|libresolv|libcrypt|libnsl|libanl|libthread_db)\.so\.\d+$/

/** Debian's packages of libraries that programs of challenges ask for; of glibc itself nothing is needed. */
const packageOf: Readonly<Record<string, string>> = {
  'libstdc++.so.6': 'libstdc++6',
  'libgcc_s.so.1': 'libgcc-s1',
  'libseccomp.so.2': 'libseccomp2',
  'libcrypto.so.3': 'libssl3',
  'libssl.so.3': 'libssl3',
  'libncurses.so.5': 'libncurses5',
  'libncurses.so.6': 'libncurses6',
  'libtinfo.so.5': 'libtinfo5',
  'libtinfo.so.6': 'libtinfo6',
  'libreadline.so.8': 'libreadline8',
  'libz.so.1': 'zlib1g',
  'libgmp.so.10': 'libgmp10',
  'libsqlite3.so.0': 'libsqlite3-0',
  'libcap.so.2': 'libcap2',
  'libpam.so.0': 'libpam0g',
  'libpcre.so.3': 'libpcre3',
  'libxml2.so.2': 'libxml2',
  'libcurl.so.4': 'libcurl4',
  'libjansson.so.4': 'libjansson4',
  'libcrypt.so.1': 'libcrypt1',
  'libunwind.so.8': 'libunwind8',
  'liblua5.3.so.0': 'liblua5.3-0',
  'libglib-2.0.so.0': 'libglib2.0-0',
}

/** The loader and libraries that ship with a program where they fit together, else the machine's. */
export function decideLibraries(view: View, program: FileFacts): Loading {
  const { elf } = program
  const none = { prefix: [], libraries: new Map(), unused: [], packages: [] }
  if (!elf) return none
  const wide = elf.machine === 'i386' ? ['libc6-i386'] : []
  if (elf.static || elf.needed.length === 0 || elf.interpreter === undefined)
    return { ...none, packages: wide, decision: said('none', 'it is linked statically', 0.98) }
  const fitting = view.files.filter(
    ({ path, elf: other }) => view.roles.get(path) === 'library' && other?.machine === elf.machine,
  )
  const near = [...fitting].sort(
    (a, b) => distance(a.path, program.path) - distance(b.path, program.path) || (a.path < b.path ? -1 : 1),
  )
  const loaders = near.filter(isLoader)
  const libcs = near.filter(
    (file) => !isLoader(file) && (file.elf?.libc !== undefined || /^libc([-.]|$)/.test(baseName(file.path))),
  )
  const pair = pairOf(loaders, libcs)
  const own = new Map<string, FileFacts>()
  for (const name of elf.needed) {
    if (ofGlibc.test(name) && name.startsWith('libc.')) continue
    const file =
      near.find(({ path }) => baseName(path) === name) ??
      near.find(({ path }) => stem(path) === stem(name) && !isLoader(byPathOf(view, path)))
    if (file) own.set(name, file)
  }
  const lacking = elf.needed.filter(
    (name) => ofGlibc.test(name) && !/^(libc|ld)/.test(name) && !own.has(name),
  )
  // Since 2.34 all of glibc but libm is in libc itself, and its old parts are shells that any program may go without.
  const strict =
    pair && pair.version !== undefined && atLeast(pair.version, '2.34')
      ? lacking.filter((name) => name.startsWith('libm.'))
      : lacking
  const foreign = elf.needed.filter((name) => !ofGlibc.test(name) && !/^ld-/.test(name) && !own.has(name))
  const heavy = foreign.filter(() => pair?.version === undefined || !atLeast(pair.version, '2.36'))
  if (pair && strict.length === 0 && heavy.length === 0) {
    const libraries = new Map([...own, ['libc.so.6', pair.libc] as const])
    return {
      prefix: [
        `./${libraryDirectory}/${baseName(pair.loader.path)}`,
        '--library-path',
        `./${libraryDirectory}`,
      ],
      libraries,
      loader: pair.loader,
      unused: [],
      packages: [...wide, ...packagesFor(foreign)],
      decision: said(
        `${pair.loader.path} with ${pair.libc.path}`,
        `the loader and the C library${pair.version ? ` ${pair.version}` : ''} that ship with it ${pair.why}`,
        pair.sure ? 0.96 : 0.8,
      ),
    }
  }
  const missing = [...strict, ...heavy]
  const plain = new Map([...own].filter(([name]) => !ofGlibc.test(name)))
  const patched = /^\/(lib64\/ld-linux-x86-64\.so\.2|lib\/ld-linux\.so\.2)$/.test(elf.interpreter)
    ? []
    : [systemLoader(elf)]
  const path =
    plain.size > 0
      ? [...(patched.length > 0 ? patched : [systemLoader(elf)]), '--library-path', `./${libraryDirectory}`]
      : patched
  const why =
    libcs.length === 0
      ? 'no C library ships with it'
      : pair
        ? `what ships with it lacks ${missing.slice(0, 3).join(', ')}`
        : `${libcs[0]?.path} ships without its loader, and runs under no other`
  const newest = elf.glibc
  return {
    prefix: path,
    libraries: plain,
    unused: [...loaders, ...libcs],
    packages: [...wide, ...packagesFor(foreign)],
    decision: said(
      "the machine's",
      `${why}${newest ? `; it needs glibc ${newest} or newer` : ''}`,
      libcs.length > 0 ? 0.7 : newest && !atLeast('2.36', newest) ? 0.4 : 0.95,
    ),
  }
}

function said(choice: string, why: string, confidence: number): Decision {
  return { what: 'libraries', choice, why, confidence }
}

interface Pair {
  readonly loader: FileFacts
  readonly libc: FileFacts
  readonly version?: string
  readonly why: string
  readonly sure: boolean
}

/** A loader and a libc of one version; by their names where their versions are not to be seen, by being alone else. */
function pairOf(loaders: readonly FileFacts[], libcs: readonly FileFacts[]): Pair | undefined {
  for (const libc of libcs) {
    const version = libc.elf?.libc ?? versionIn(libc.path)
    const named = loaders.find(
      ({ path, elf }) => version !== undefined && (elf?.libc ?? versionIn(path)) === version,
    )
    if (named)
      return { loader: named, libc, ...(version && { version }), why: 'have one version', sure: true }
    const open = loaders.find(({ path, elf }) => (elf?.libc ?? versionIn(path)) === undefined)
    if (open)
      return {
        loader: open,
        libc,
        ...(version && { version }),
        why: 'lie side by side',
        sure: directoryOf(open.path) === directoryOf(libc.path),
      }
  }
  return undefined
}

export function isLoader({ path }: FileFacts): boolean {
  return /^(ld[-.].*|ld)$/.test(baseName(path))
}

function versionIn(path: string): string | undefined {
  return /(?:^|[-_.])(\d\.\d{1,2})(?=[-_.]|$)/.exec(baseName(path).replace(/\.so.*$/, ''))?.[1]
}

/** `libpthread-2.27.so` and `libpthread.so.0` are both `libpthread`. */
function stem(path: string): string {
  return baseName(path)
    .replace(/[-_]?\d+\.\d+.*$|\.so.*$/g, '')
    .replace(/[-_]$/, '')
}

function byPathOf({ byPath }: View, path: string): FileFacts {
  const file = byPath.get(path)
  if (!file) throw new Error(`the view has no ${path}`)
  return file
}

function distance(one: string, other: string): number {
  if (directoryOf(one) === directoryOf(other)) return 0
  return innerPath(one).split('/').length + (one.includes('!/') === other.includes('!/') ? 0 : 10)
}

export function atLeast(version: string, least: string): boolean {
  const [a = [], b = []] = [version, least].map((text) => text.split('.').map(Number))
  for (let place = 0; place < Math.max(a.length, b.length); place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

function systemLoader(elf: ElfFacts): string {
  return elf.bits === 64 ? '/lib64/ld-linux-x86-64.so.2' : '/lib/ld-linux.so.2'
}

function packagesFor(names: readonly string[]): string[] {
  return names.flatMap((name) => packageOf[name] ?? [])
}
