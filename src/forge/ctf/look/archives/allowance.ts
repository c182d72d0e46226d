import { isPath } from '../../../../core/files.ts'
import { isPlain, type Left, limits, OutOfTime } from '../limits.ts'

/** Something cannot be unpacked, or not further. */
export class Refused extends Error {}

/** A file that came out of an archive. */
export interface Inner {
  readonly path: string
  readonly bytes: Buffer
  readonly executable: boolean
  readonly setuid: boolean
}

/** What may still come out of the archives of one challenge. */
export class Allowance {
  left: number = limits.unpackedBytes
  readonly deadline: number

  constructor(deadline: number) {
    this.deadline = deadline
  }

  /** Throws `Refused` where there is too much, and `OutOfTime`. */
  take(bytes: number): void {
    this.left -= bytes
    if (this.left < 0)
      throw new Refused(`more than ${limits.unpackedBytes} bytes come out of this challenge's archives`)
    if (performance.now() > this.deadline) throw new OutOfTime()
  }
}

/** A path in an archive as one below it, or undefined where it cannot be used, which is then told. */
export function innerPath(said: string, archive: string, left: Left): string | undefined {
  const path = said.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
  const usable = path !== '' && path !== '.' && isPath(path) && path.length < 1000 && isPlain(path)
  const deep = path.split('/').length > limits.depth
  if (usable && !deep) return path
  if (path !== '' && path !== '.')
    left.add(
      `${archive}!/${said}`,
      usable
        ? `deeper than ${limits.depth} directories`
        : said.startsWith('/') || /(^|[\\/])\.\.([\\/]|$)/.test(said)
          ? 'its path leaves the archive'
          : 'its name cannot be used',
    )
  return undefined
}

/** Throws `Refused` where so few packed bytes become so many. */
export function refuseBomb(packed: number, unpacked: number): void {
  if (unpacked > limits.bombBytes && unpacked > packed * limits.ratio)
    throw new Refused(`it would be more than ${limits.ratio} times its size: a bomb`)
}
