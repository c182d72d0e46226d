import { z } from 'zod'

const text = (most: number) => z.string().max(most)
const words = (most: number, length = 200) => z.array(text(length)).max(most)
const port = z.number().int().min(1).max(65535)

/** An ELF file, by its headers alone. */
export const elfFactsSchema = z.strictObject({
  bits: z.union([z.literal(32), z.literal(64)]),
  /** `x86-64`, `i386`, `aarch64`, `arm`, `mips`, `riscv64` …; `machine-N` for others. */
  machine: text(40),
  kind: z.enum(['program', 'library', 'object', 'core', 'kernel-module']),
  /** The loader that the program asks for; absent in static programs and libraries. */
  interpreter: text(300).optional(),
  static: z.boolean(),
  /** DT_NEEDED. */
  needed: words(60),
  runpath: text(300).optional(),
  /** Newest version of glibc's symbols that it needs: `2.34`. */
  glibc: text(20).optional(),
  canary: z.boolean(),
  nx: z.boolean(),
  pie: z.boolean(),
  relro: z.enum(['none', 'partial', 'full']),
  stripped: z.boolean(),
  /** Dynamic functions that it calls: `accept`, `fgets`, `system`; of static programs, such among its own functions. */
  imports: words(400),
  /** Of libraries that are libc: its version, `2.31`. */
  libc: text(20).optional(),
})
export type ElfFacts = z.infer<typeof elfFactsSchema>

/** A program's text, by its words alone. */
export const scriptFactsSchema = z.strictObject({
  language: z.enum([
    'python',
    'sage',
    'shell',
    'perl',
    'php',
    'ruby',
    'node',
    'c',
    'cpp',
    'go',
    'rust',
    'java',
    'lua',
    'haskell',
    'other',
  ]),
  /** Of Python: 2 where something in it is no Python 3. */
  major: z.union([z.literal(2), z.literal(3)]).optional(),
  /** The program of its first line, seen through `env` and `exec-suid`: `/usr/bin/python3`. */
  interpreter: text(200).optional(),
  /** True where the first line says that it runs with rights of its own (`exec-suid`). */
  privileged: z.boolean(),
  /** Modules that it imports, without those of the challenge itself. */
  imports: words(100),
  /** Reads from its standard input. */
  asks: z.boolean(),
  /** How it serves by itself, where it does. */
  serves: z.enum(['http', 'socket']).optional(),
  /** Ports that it listens on. */
  ports: z.array(port).max(20),
  /** Other files of the challenge that it names. */
  names: words(60),
})
export type ScriptFacts = z.infer<typeof scriptFactsSchema>

/** One file. `path` is relative to the challenge; what is in an archive is `dist.zip!/pwn/chall`. */
export const fileFactsSchema = z.strictObject({
  path: text(4000),
  bytes: z.number().int().nonnegative(),
  /** By its first bytes, never by its name: `elf`, `script`, `text`, `zip`, `tar`, `gzip`, `png`, `pcap`, `pe`, `data` … */
  type: text(40),
  executable: z.boolean(),
  setuid: z.boolean(),
  sha256: text(64),
  elf: elfFactsSchema.optional(),
  script: scriptFactsSchema.optional(),
  /** Paths in it that may be a flag's: `/flag`, `./flag.txt`, `/home/ctf/flag`; `$FLAG` is a variable of its environment. */
  flagPaths: words(20),
  /** Texts in it that look like a flag or a form of one: `csaw{…}`. Never from a solver. */
  flags: words(20),
})
export type FileFacts = z.infer<typeof fileFactsSchema>

/** What a text says of where to connect. */
export const connectionSchema = z.strictObject({
  host: text(200),
  port: port.optional(),
  protocol: z.enum(['tcp', 'http']),
  /** Where it says so. */
  from: text(4000),
})

/** A Dockerfile as far as it says how a service is run. */
export const dockerfileFactsSchema = z.strictObject({
  path: text(4000),
  base: text(300).optional(),
  ports: z.array(port).max(20),
  /** ENTRYPOINT and CMD together. */
  command: words(60, 2000),
  workdir: text(300).optional(),
  /** COPY and ADD: source in the context, destination. */
  copies: z.array(z.strictObject({ from: text(500), to: text(500) })).max(100),
  env: z.record(text(100), text(1000)),
  /** Debian packages and Python modules that it installs. */
  packages: words(100),
})

/** How the answer is known, before anything is made. */
export const knownFlagSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sha256'), digest: z.string().regex(/^[0-9a-f]{64}$/), from: text(4000) }),
  z.strictObject({ kind: z.literal('text'), value: text(500), from: text(4000) }),
  z.strictObject({ kind: z.literal('checker'), path: text(4000) }),
])

/** All that was seen of one challenge. It comes out of a sandbox where hostile files were opened: nothing in it is trusted. */
export const factsSchema = z.strictObject({
  title: text(300),
  category: text(60),
  competition: text(300),
  /** What players were told, in Markdown. */
  description: text(64 * 1024),
  /** What the archive's people wrote about serving it again. */
  rehost: text(64 * 1024),
  /** The platform's set-up script. */
  init: text(16 * 1024).optional(),
  flag: knownFlagSchema.optional(),
  /** Files that its `challenge.json` says players get, where it says any. */
  given: words(200, 4000).optional(),
  /** Programs that solve it, and what they come with: never for players. */
  solvers: words(50, 4000),
  files: z.array(fileFactsSchema).max(5000),
  /** What was left out, and why. */
  left: words(200, 1000),
  connections: z.array(connectionSchema).max(20),
  dockerfiles: z.array(dockerfileFactsSchema).max(20),
  /** Compose files. */
  compose: words(20, 4000),
  /** Directories that a web server would serve; empty: the challenge's own. */
  webRoots: words(20, 4000),
})
export type Facts = z.infer<typeof factsSchema>
