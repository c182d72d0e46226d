import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { InfrastructureError, messageOf, UsageError } from './errors.ts'

const ownerSchema = z.object({
  pid: z.number(),
  /** When the process started, in clock ticks since boot: a pid is used again, this is not. */
  processStart: z.string(),
  boot: z.string(),
  host: z.string(),
  /** ISO 8601. */
  since: z.string(),
  nonce: z.string(),
})
type Owner = z.infer<typeof ownerSchema>

/** The right to write a directory: a run's, a forge's. Disposing it gives it up. */
export interface DirectoryLock extends AsyncDisposable {
  readonly path: string
}

/**
 * Takes the lock file of a directory; a lock whose owner is dead is taken over. Throws `UsageError` (`run-in-use`, `forge-in-use`) where
 * a living process has it, and `InfrastructureError` (`cannot-write`).
 */
export async function takeLock(path: string, what: 'run' | 'forge' = 'run'): Promise<DirectoryLock> {
  const owner: Owner = {
    pid: process.pid,
    processStart: (await processStart(process.pid)) ?? '',
    boot: await bootId(),
    host: hostname(),
    since: new Date().toISOString(),
    nonce: randomUUID(),
  }
  const own = `${path}.${owner.nonce}`
  try {
    await writeFile(own, `${JSON.stringify(owner)}\n`)
    await place(path, own, owner, what)
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown
    const message = `cannot lock the ${what} with ${path}: ${messageOf(thrown)}. Make the directory writable and try again`
    throw new InfrastructureError('cannot-write', message, { cause: thrown, retryable: false })
  } finally {
    await rm(own, { force: true }).catch(() => {})
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      if ((await ownerOf(path))?.nonce === owner.nonce) await rm(path, { force: true })
    },
  }
}

/** A hard link is made whole or not at all, so that nobody ever sees half a lock. */
async function place(path: string, own: string, owner: Owner, what: string): Promise<void> {
  const linked = () =>
    link(own, path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false
        throw error
      },
    )
  if (await linked()) return
  const other = await ownerOf(path)
  if (other && (await alive(other))) throw inUse(path, other, what)
  const stale = `${path}.stale.${owner.nonce}`
  await rename(path, stale).catch(() => {})
  const moved = await ownerOf(stale)
  if (moved && moved.nonce !== other?.nonce) {
    // Between our look and our move another process took the stale lock over: this one is alive, so it goes back.
    await link(stale, path).catch(() => {})
    await rm(stale, { force: true })
    throw inUse(path, moved, what)
  }
  await rm(stale, { force: true })
  if (!(await linked())) throw inUse(path, await ownerOf(path), what)
  // Another process that saw the same stale lock may have moved ours away in its place: the last one to link has it.
  // Nothing there means that it was moved by mistake and is about to be put back.
  for (let look = 0; look < 20; look++) {
    await sleep(100)
    const now = await ownerOf(path)
    if (now?.nonce === owner.nonce) return
    if (now) throw inUse(path, now, what)
  }
  throw inUse(path, undefined, what)
}

/** Removes what processes that died while they took the lock have left beside it. */
export async function removeStaleLocks(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`)) continue
    const left = join(dirname(path), name)
    const owner = await ownerOf(left)
    if (owner && !(await alive(owner))) await rm(left, { force: true })
  }
}

function inUse(path: string, owner: Owner | undefined, what: string): UsageError {
  const who = owner ? `process ${owner.pid} on ${owner.host}, since ${owner.since}` : 'another process'
  return new UsageError(
    `${what}-in-use`,
    `the ${what} is in use by ${who} (${path}). Wait for it, stop it, or remove the file if you know that it is gone`,
  )
}

async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Of a process on another machine nothing can be known, so it counts as alive. */
async function alive(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return true
  if (owner.boot !== (await bootId())) return false
  return (await processStart(owner.pid)) === owner.processStart
}

/** Field 22 of /proc/PID/stat; undefined where there is no such process, or a dead one nobody has waited for. */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The command name may have spaces and brackets; what follows its last bracket does not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim()
}
