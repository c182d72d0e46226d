import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { type Allowance, Refused, refuseBomb } from './allowance.ts'

/** Types of a single packed stream. */
export const streamTypes: ReadonlySet<string> = new Set(['gzip', 'bzip2', 'xz', 'zstd'])

const programs: Readonly<Record<string, readonly [string, ...string[]]>> = {
  bzip2: ['/usr/bin/bzip2', '-dc'],
  xz: ['/usr/bin/xz', '-dc', '--memlimit-decompress=256MiB'],
}

/**
 * What comes out of a packed stream, as it comes, until it is too much. Node has no bzip2 and xz; Debian's own programs
 * unpack them, in the same sandbox. Throws `Refused`, and where the stream is broken, after what came before.
 */
export async function* unpacked(type: string, bytes: Buffer, allowance: Allowance): AsyncGenerator<Buffer> {
  let total = 0
  for await (const part of partsOf(type, bytes)) {
    total += part.length
    refuseBomb(bytes.length, total)
    allowance.take(part.length)
    yield part
  }
}

function partsOf(type: string, bytes: Buffer): AsyncIterable<Buffer> {
  if (type === 'gzip') return sourceOf(bytes).pipe(createGunzip({ chunkSize: 256 * 1024 }))
  if (type === 'zstd') return sourceOf(bytes).pipe(createZstdDecompress({ chunkSize: 256 * 1024 }))
  const program = programs[type]
  if (!program) throw new Refused(`a ${type} archive, which is not opened`)
  if (!existsSync(program[0])) throw new Refused(`${program[0]} is not installed`)
  return byProgram(program, bytes)
}

async function* byProgram(
  [file, ...words]: readonly [string, ...string[]],
  bytes: Buffer,
): AsyncGenerator<Buffer> {
  const child = spawn(file, words, { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code))
    child.on('error', () => resolve(null))
  })
  // It may end before it has read everything.
  child.stdin.on('error', () => {})
  sourceOf(bytes).pipe(child.stdin)
  try {
    for await (const part of child.stdout) yield part as Buffer
    if ((await ended) !== 0) throw new Refused('it is broken')
  } finally {
    child.kill('SIGKILL')
  }
}

function sourceOf(bytes: Buffer): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 256 * 1024) yield bytes.subarray(at, at + 256 * 1024)
    })(),
  )
}
