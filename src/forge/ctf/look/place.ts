import { existsSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SandboxSpec } from '../../../core/sandbox.ts'
import { workDirectory } from '../../../sandbox/etc.ts'
import { limits } from './limits.ts'
import { parcelFile } from './protocol.ts'

const mebi = 1024 ** 2

/** Where things are inside a looker's sandbox. */
const inside = { raw: '/raw', program: '/opt/touchstone', node: '/opt/node' }

/**
 * The sandbox of a looker and the command that runs in it: this machine's Node and this project's program, source or
 * built, shown read-only beside the raw material.
 */
export function placeOf(root: string): { readonly spec: SandboxSpec; readonly command: readonly string[] } {
  const code = resolve(import.meta.dirname, '../../..')
  const program = join(import.meta.dirname, `looker${extname(import.meta.filename)}`)
  const shown = join(inside.program, basename(code))
  const system = process.execPath.startsWith('/usr/')
  const mounts = [
    { host: root, inside: inside.raw },
    { host: code, inside: shown },
    { host: modulesDirectory(), inside: join(inside.program, 'node_modules') },
    ...(system ? [] : [{ host: dirname(process.execPath), inside: inside.node }]),
  ]
  return {
    spec: {
      name: 'looker',
      mounts,
      limits: {
        // Without root this is a limit of addresses, of which Node reserves many that it never uses.
        memoryBytes: (process.getuid?.() === 0 ? 1280 : 6144) * mebi,
        processes: 64,
        cpuSeconds: 24 * 3600,
        diskBytes: limits.extractBytes + 32 * mebi,
        fileBytes: limits.extractBytes + 16 * mebi,
        outputBytes: 32 * mebi,
      },
    },
    command: [
      system ? process.execPath : join(inside.node, basename(process.execPath)),
      '--no-warnings',
      '--max-old-space-size=400',
      join(shown, relative(code, program)),
      inside.raw,
      `${workDirectory}/${parcelFile}`,
    ],
  }
}

/** Where the packages are that the program needs: above it, and wherever an installation has put them. */
function modulesDirectory(): string {
  const found = dirname(fileURLToPath(import.meta.resolve('yauzl')))
  const at = found.lastIndexOf('/node_modules/')
  return at < 0 || !existsSync(found) ? found : found.slice(0, at + '/node_modules'.length)
}
