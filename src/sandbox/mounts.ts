import { readFileSync } from 'node:fs'
import type { Identity } from './identity.ts'

/** Options of a work directory's tmpfs: its size in bytes, and so many files that they cannot fill the kernel's memory. */
export function workOptions(bytes: number, owner: Identity): string {
  const inodes = Math.max(1024, Math.ceil(bytes / 4096))
  return `size=${bytes},nr_inodes=${inodes},mode=0700,uid=${owner.uid},gid=${owner.gid}`
}

/** What is mounted below a directory, innermost first. */
export function mountsBelow(directory: string): { path: string; type: string }[] {
  const prefix = `${directory}/`
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ')
      return { path: unescapeOctal(before.split(' ')[4] ?? ''), type: after.split(' ')[0] ?? '' }
    })
    .filter(({ path }) => path.startsWith(prefix))
    .reverse()
}

/** mountinfo writes spaces and the like in octal (proc(5)). */
function unescapeOctal(path: string): string {
  return path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
