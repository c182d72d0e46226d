import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** The user inside every sandbox, whatever its uid is on the host: programs and results do not depend on it. */
export const insideId = 1000
export const workDirectory = '/work'

/** What programs read and what holds no secret of the host: caches, certificates, fonts, interpreters' settings. */
const copied = [
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'timezone',
  'mime.types',
  'magic',
  'services',
  'protocols',
  'terminfo',
  'fonts',
  'gdb',
  'perl',
  'inputrc',
  'bash.bashrc',
  'debian_version',
  'os-release',
  'ssl/certs/ca-certificates.crt',
  'ssl/openssl.cnf',
]
const copiedPatterns = [/^python3(\.\d+)?$/, /^java-\d+-openjdk$/, /^lsb-release$/]

/** Makes the `/etc` that sandboxes see. */
export function makeEtc(directory: string): void {
  mkdirSync(join(directory, 'ssl/certs'), { recursive: true, mode: 0o755 })
  const files: Record<string, string> = {
    passwd: `root:x:0:0:root:/root:/bin/sh\nuser:x:${insideId}:${insideId}:user:${workDirectory}:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`,
    group: `root:x:0:\nuser:x:${insideId}:\nnogroup:x:65534:\n`,
    hosts: hostsFile([]),
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n',
    'resolv.conf': '',
    'host.conf': 'multi on\n',
    hostname: 'sandbox\n',
    shells: '/bin/sh\n/bin/bash\n',
    profile: '',
  }
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(directory, name), text, { mode: 0o644 })
  const found = readdirSync('/etc').filter((name) => copiedPatterns.some((pattern) => pattern.test(name)))
  for (const name of [...copied, ...found]) copy(join('/etc', name), join(directory, name))
  copyAlternatives(join(directory, 'alternatives'))
  openToAll(directory)
  if (!existsSync(join(directory, 'mtab'))) symlinkSync('/proc/self/mounts', join(directory, 'mtab'))
}

/** Whatever umask this process has. */
function openToAll(path: string): void {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  chmodSync(path, stat.isDirectory() ? 0o755 : 0o644)
  if (stat.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name))
}

/** `/etc/hosts` with the names of a pod. */
export function hostsFile(entries: readonly { address: string; name: string }[]): string {
  const lines = entries.map(({ address, name }) => `${address} ${name}`)
  return ['127.0.0.1 localhost', '::1 localhost', ...lines, ''].join('\n')
}

function copy(from: string, to: string): void {
  try {
    if (!readableByAll(from)) return
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: readableByAll })
  } catch {
    // Absent on this machine, or odd: a program that needs it says so itself.
  }
}

function readableByAll(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return (
    stat !== undefined &&
    (stat.isSymbolicLink() || ((stat.isFile() || stat.isDirectory()) && (stat.mode & 0o004) !== 0))
  )
}

/** Debian's links from `/usr/bin/cc` and the like go through here; its thousands of links to manual pages do not matter. */
function copyAlternatives(directory: string): void {
  mkdirSync(directory, { mode: 0o755 })
  if (!existsSync('/etc/alternatives')) return
  for (const name of readdirSync('/etc/alternatives')) {
    if (name.endsWith('.gz')) continue
    try {
      symlinkSync(readlinkSync(join('/etc/alternatives', name)), join(directory, name))
    } catch {
      // Not a link (a README).
    }
  }
}
