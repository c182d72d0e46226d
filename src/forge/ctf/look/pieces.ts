import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Allowance, parcelOf } from './archives/index.ts'
import { type Left, limits, OutOfTime } from './limits.ts'
import { headBytes, typeOf } from './magic.ts'
import { chunksOf, codeOf, type Found, readFirst } from './tree.ts'

/** A file of a challenge or of an archive in it. */
export interface Piece {
  /** `dist.zip!/pwn/chall` is in an archive. */
  readonly path: string
  readonly size: number
  readonly type: string
  readonly executable: boolean
  readonly setuid: boolean
  readonly sha256: string
  /** All of it, or its beginning where it is larger than `limits.fileBytes`. */
  readonly bytes: Buffer
  readonly whole: boolean
}

export interface PieceMeans {
  readonly left: Left
  /** By `performance.now()`. */
  readonly deadline: number
  /** Whether an archive is to be opened, by its path. */
  opens(path: string): boolean
}

/** Everything that a challenge has, its archives opened, in the order of the paths. Bounded by `limits`. Throws `OutOfTime`. */
export async function* piecesOf(
  root: string,
  files: readonly Found[],
  means: PieceMeans,
): AsyncGenerator<Piece> {
  const { left, deadline } = means
  const allowance = new Allowance(deadline)
  let total = 0
  for (const file of files) {
    if (performance.now() > deadline) throw new OutOfTime()
    total += file.bytes
    if (file.bytes > limits.digestBytes || total > limits.totalBytes) {
      total -= file.bytes
      left.add(file.path, `${file.bytes} bytes, which is too large`)
      continue
    }
    const piece = plainPiece(root, file, left)
    if (piece) yield* opened(piece, 1, allowance, means)
  }
}

function plainPiece(root: string, { path, bytes: size, mode }: Found, left: Left): Piece | undefined {
  const at = join(root, path)
  try {
    const head = readFirst(at, headBytes)
    const type = typeOf(head)
    const most = /^(zip|tar|gzip|bzip2|xz|zstd)$/.test(type) ? limits.archiveBytes : limits.fileBytes
    const whole = size <= most
    const bytes = size <= head.length ? head : whole ? readFirst(at, most) : head
    const digest = createHash('sha256')
    if (whole) digest.update(bytes)
    else for (const chunk of chunksOf(at)) digest.update(chunk)
    const modes = { executable: (mode & 0o111) !== 0, setuid: (mode & 0o4000) !== 0 }
    return {
      path,
      size: whole ? bytes.length : size,
      type,
      ...modes,
      sha256: digest.digest('hex'),
      bytes,
      whole,
    }
  } catch (thrown) {
    left.add(path, `it cannot be read (${codeOf(thrown)})`)
    return undefined
  }
}

/** A piece, and what is in it where it is an archive. */
async function* opened(
  piece: Piece,
  depth: number,
  allowance: Allowance,
  means: PieceMeans,
): AsyncGenerator<Piece> {
  const { left, opens } = means
  const parcel = piece.whole ? await parcelOf(piece.type, piece.path, piece.bytes, left) : undefined
  if (!piece.whole && /^(zip|tar|gzip|bzip2|xz|zstd)$/.test(piece.type))
    left.add(piece.path, `an archive of ${piece.size} bytes, which is too large to be opened`)
  yield parcel ? { ...piece, type: parcel.type } : piece
  if (!parcel || !opens(piece.path)) return
  if (depth > limits.archiveDepth) {
    left.add(piece.path, `an archive ${depth} deep, which is not opened`)
    return
  }
  for await (const inner of parcel.files(allowance, left)) {
    const { bytes, executable, setuid } = inner
    const path = `${piece.path}!/${inner.path}`
    const type = typeOf(bytes.subarray(0, headBytes))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const next = { path, size: bytes.length, type, executable, setuid, sha256, bytes, whole: true }
    yield* opened(next, depth + 1, allowance, means)
  }
}
