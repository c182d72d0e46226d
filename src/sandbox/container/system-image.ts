import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { makeEtc } from '../etc.ts'
import { type Engine, refused } from './engine.ts'

/** Top directories that hold the system. Debian links all but `/usr` into that; elsewhere they are directories. */
const systemDirectories = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
const repository = 'touchstone-system'

/** An almost empty image, and what of the engine's machine is shown in it. */
export interface SystemImage {
  readonly name: string
  readonly binds: readonly string[]
}

/**
 * The image of sandboxes that name none: an `/etc` made for the purpose and places for the machine's own `/usr`, which is
 * shown read-only. So a task sees the same tools as in bubblewrap's sandboxes, and nothing has to be built or pulled.
 * Made once for each content. Throws `InfrastructureError`.
 */
export async function systemImage(engine: Engine): Promise<SystemImage> {
  const archive = pack()
  const entry = (name: string, options: object, content?: Buffer) =>
    archive.entry({ name, mtime: new Date(0), ...options }, content ?? '')
  const directories = ['proc', 'sys', 'dev', 'tmp', 'work', '.touchstone']
  const binds: string[] = []
  for (const path of systemDirectories.filter(existsSync)) {
    const name = path.slice(1)
    if (lstatSync(path).isSymbolicLink()) entry(name, { type: 'symlink', linkname: readlinkSync(path) })
    else {
      directories.push(name)
      binds.push(`${path}:${path}:ro`)
    }
  }
  for (const name of directories) entry(name, { type: 'directory', mode: 0o755 })
  addEtc(entry)
  archive.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of archive) chunks.push(chunk as Uint8Array)
  const bytes = Buffer.concat(chunks)
  // The content names the repository and not the tag: Podman imports everything as `latest`.
  const name = `${repository}-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`
  const { docker } = engine
  try {
    const there = await docker
      .getImage(name)
      .inspect()
      .catch(() => undefined)
    if (!there) {
      const answer = await docker.importImage(Readable.from([bytes]) as never, { repo: name })
      for await (const _ of answer);
    }
    return { name, binds }
  } catch (error) {
    throw refused('import the image of plain sandboxes', error)
  }
}

type Entry = (name: string, options: object, content?: Buffer) => void

function addEtc(entry: Entry): void {
  const scratch = mkdtempSync(join(tmpdir(), 'touchstone-etc-'))
  try {
    makeEtc(join(scratch, 'etc'))
    const visit = (name: string) => {
      const path = join(scratch, name)
      const stat = lstatSync(path)
      if (stat.isSymbolicLink()) entry(name, { type: 'symlink', linkname: readlinkSync(path) })
      else if (stat.isDirectory()) {
        entry(name, { type: 'directory', mode: 0o755 })
        for (const child of readdirSync(path).sort()) visit(`${name}/${child}`)
      } else entry(name, { mode: 0o644 }, readFileSync(path))
    }
    visit('etc')
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
