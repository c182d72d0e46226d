import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { makeDirectories } from '../core/directories.ts'
import { InfrastructureError, messageOf, UsageError } from '../core/errors.ts'
import { isPath } from '../core/files.ts'
import { takeLock } from '../core/lock.ts'
import type { Running } from '../core/sandbox.ts'
import { bubblewrap } from '../sandbox/index.ts'

/** Files in an archive, bytes of one, and of all together: what is beyond is refused. */
const mostFiles = 200_000
const mostFileBytes = 1024 ** 3
const mostBytes = 8 * 1024 ** 3
/** What is so many times its packed size, and more than `bombBytes`, is a bomb: text is seldom packed to a twentieth. */
const mostRatio = 200
const bombBytes = 256 * 1024 ** 2
/** Seconds that it may take. */
const longest = 900

/** What the reader says at once, and how much of it may be under way: what nobody has read yet is kept in memory. */
const piece = 1024 ** 2
const pieces = 4

/**
 * Reads any of the forms and prints the regular files in it as one plain tar, as they come: nothing is stored on the way.
 * It waits for a byte on its standard input before each piece beyond the first few.
 */
const reader = `
import sys, tarfile, zipfile
class Paced:
    credit, held = ${pieces}, bytearray()
    def write(self, data):
        self.held += data
        while len(self.held) >= ${piece}:
            self.say(bytes(self.held[:${piece}]))
            del self.held[:${piece}]
        return len(data)
    def say(self, data):
        if self.credit == 0:
            if not sys.stdin.buffer.read(1): sys.exit(1)
            self.credit = 1
        self.credit -= 1
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
paced = Paced()
out = tarfile.open(mode='w|', fileobj=paced, format=tarfile.PAX_FORMAT)
def put(name, size, mode, source):
    info = tarfile.TarInfo(name.lstrip('/'))
    info.size, info.mode = size, 0o755 if mode & 0o111 else 0o644
    out.addfile(info, source)
path = '/archive/it'
if zipfile.is_zipfile(path):
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            kind = one.external_attr >> 28
            if one.is_dir() or kind not in (0, 8): continue
            with archive.open(one) as source: put(one.filename, one.file_size, one.external_attr >> 16, source)
else:
    with tarfile.open(path, 'r|*') as archive:
        for one in archive:
            if one.isreg(): put(one.name, one.size, one.mode, archive.extractfile(one))
out.close()
paced.say(bytes(paced.held))
`

/**
 * The directory of what is in an archive file (.zip, .tar, .tar.gz, .tar.bz2, .tar.xz), kept in the cache by the archive's
 * digest. It is read in a sandbox; links, devices and names that lead out are left out. Throws `UsageError` (`bad-archive`)
 * and `InfrastructureError` (`cannot-write`, and what the sandbox throws).
 */
export async function unpacked(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'touchstone', 'archives')
  const kept = join(cache, hash.digest('hex').slice(0, 24))
  if (await isDirectory(kept)) return kept
  try {
    await makeDirectories(cache)
    await removeDead(cache)
    const partial = `${kept}.${randomUUID()}.part`
    // Taken first: a part without a living owner's lock is nobody's.
    await using _lock = await takeLock(lockOf(partial), 'forge')
    try {
      await makeDirectories(join(partial, 'in'))
      await makeDirectories(join(partial, 'out'))
      await copyFile(path, join(partial, 'in/it'))
      const files = await unpack(path, partial)
      if (files === 0) throw bad(path, 'it has no files')
      await rename(join(partial, 'out'), kept).catch(async (thrown: unknown) => {
        // Another process unpacked the same one meanwhile.
        if (!(await isDirectory(kept))) throw thrown
      })
      return kept
    } finally {
      await rm(partial, { recursive: true, force: true })
    }
  } catch (thrown) {
    throw ofDisk(thrown, cache)
  }
}

const lockOf = (partial: string) => `${partial}.lock`

/** Removes what processes that died while they unpacked have left. */
async function removeDead(cache: string): Promise<void> {
  const names = await readdir(cache)
  const parts = new Set(names.flatMap((name) => /^(.*\.part)(?:\.lock)?$/.exec(name)?.[1] ?? []))
  for (const name of parts) {
    const partial = join(cache, name)
    try {
      await using _lock = await takeLock(lockOf(partial), 'forge')
      await rm(partial, { recursive: true, force: true })
    } catch {
      // Its owner lives, or is somebody else: it is in nobody's way.
    }
  }
}

/** What the disk says, and not the archive. */
const diskCodes = new Set(
  'ENOSPC EDQUOT EROFS EACCES EPERM EIO EMFILE ENFILE EFBIG ENOENT ENOTDIR EEXIST'.split(' '),
)

function ofDisk(thrown: unknown, cache: string): unknown {
  const { code = '' } = thrown as NodeJS.ErrnoException
  if (thrown instanceof UsageError || thrown instanceof InfrastructureError || !diskCodes.has(code))
    return thrown
  const what = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : messageOf(thrown)
  return new InfrastructureError(
    'cannot-write',
    `cannot unpack the archive into ${cache}: ${what}. Make room there, or name another place with XDG_CACHE_HOME`,
    { cause: thrown, retryable: false },
  )
}

async function unpack(path: string, partial: string): Promise<number> {
  await using backend = await bubblewrap()
  await using sandbox = await backend.open({
    name: 'archive',
    mounts: [{ host: join(partial, 'in'), inside: '/archive' }],
    limits: { cpuSeconds: longest },
  })
  const running = await sandbox.start(['python3', '-c', reader], {
    timeoutSeconds: longest,
    outputBytes: pieces * piece,
  })
  const most = Math.max(bombBytes, mostRatio * (await stat(path)).size)
  let files = 0
  let bytes = 0
  const tar = extract()
  tar.on('entry', (header, content, next) => {
    // It ends with the reason that all ends with, which is thrown from there.
    content.on('error', () => {})
    const store = async () => {
      files++
      bytes += header.size ?? 0
      if (files > mostFiles || bytes > mostBytes || (header.size ?? 0) > mostFileBytes)
        throw bad(path, `it is too large: more than ${mostFiles} files, or ${mostBytes / 1024 ** 3} GiB`)
      if (bytes > most) throw bad(path, `it becomes more than ${mostRatio} times its size: a bomb`)
      if (header.type !== 'file' || !isPath(header.name)) content.resume()
      else await putFile(join(partial, 'out', header.name), content, (header.mode ?? 0) & 0o111)
    }
    store().then(
      () => next(),
      (error: Error) => next(error),
    )
  })
  try {
    await pipeline(Readable.from(paced(running)), tar)
  } catch (thrown) {
    running.kill()
    const own = ofDisk(thrown, dirname(partial))
    throw own instanceof UsageError || own instanceof InfrastructureError ? own : bad(path, messageOf(thrown))
  }
  const { exitCode, stderr } = await running.finished
  if (exitCode !== 0) throw bad(path, lastLine(stderr) || 'it is no archive that can be read')
  return files
}

/** What the reader says; it is told of each piece that was read. */
async function* paced(running: Running): AsyncGenerator<Uint8Array> {
  let owed = 0
  for await (const chunk of running.stdout) {
    yield chunk
    for (owed += chunk.byteLength; owed >= piece; owed -= piece)
      // It may have ended, and needs to hear nothing more.
      await running.write('.').catch(() => {})
  }
}

/** A name that is there already, or a directory where a file is, is left out: the first one stays. */
async function putFile(
  path: string,
  content: AsyncIterable<unknown> & { resume(): unknown },
  executable: number,
): Promise<void> {
  try {
    await makeDirectories(dirname(path))
    const file = await open(path, 'wx', executable ? 0o755 : 0o644)
    await pipeline(content, file.createWriteStream())
  } catch (thrown) {
    const { code = '' } = thrown as NodeJS.ErrnoException
    if (!['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(code)) throw thrown
    content.resume()
  }
}

function lastLine(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').trim().split('\n').pop()?.slice(0, 300) ?? ''
}

function bad(path: string, why: string): UsageError {
  return new UsageError(
    'bad-archive',
    `cannot unpack ${path}: ${why}. Unpack it yourself and name the directory`,
  )
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
