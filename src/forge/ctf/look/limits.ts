/** What looking at one challenge may cost, in bytes, entries and seconds. What is beyond is left out and said, but for the time. */
export const limits = {
  /** Entries of the challenge's directory that are visited. */
  entries: 20_000,
  /** Files that are told of. */
  files: 5000,
  /** Directories below one another. */
  depth: 30,
  /** A file that is read whole. */
  fileBytes: 64 * 1024 ** 2,
  /** An archive that is read whole to be opened. */
  archiveBytes: 256 * 1024 ** 2,
  /** A file whose digest is taken. */
  digestBytes: 1024 ** 3,
  /** Everything read of one challenge. */
  totalBytes: 2 * 1024 ** 3,
  /** What comes out of all archives of a challenge together. */
  unpackedBytes: 512 * 1024 ** 2,
  /** Entries of one archive. */
  archiveEntries: 5000,
  /** Archives in archives. */
  archiveDepth: 2,
  /** An entry that is so many times its packed size, and larger than `bombBytes`, is a bomb. */
  ratio: 200,
  bombBytes: 16 * 1024 ** 2,
  /** Of one program, where its words are looked at. */
  textBytes: 8 * 1024 ** 2,
  /** Files that are taken out of a challenge at once, together. */
  extractBytes: 256 * 1024 ** 2,
  /** After so long it has failed: with half of the facts nothing can be decided. */
  seconds: 20,
} as const

/** It took too long, which another time it may not. */
export class OutOfTime extends Error {
  constructor() {
    super(`it took longer than ${limits.seconds} seconds`)
  }
}

/** What was left out, and why; bounded like everything else. */
export class Left {
  readonly all: string[] = []

  add(what: string, why: string): void {
    if (this.all.length < 199) this.all.push(`${shown(what)}: ${why}`.slice(0, 1000))
    else if (this.all.length === 199) this.all.push('and more')
  }
}

/** A name that may have anything in it, for a line of text: what is not plain is written as its number. */
export function shown(name: string): string {
  return Array.from(name.slice(0, 400), (character) =>
    isPlain(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  ).join('')
}

/** Whether a name has nothing in it that a terminal or a list of lines would take for more. */
export function isPlain(name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index)
    if (code < 32 || (code >= 127 && code < 160) || code === 0x2028 || code === 0x2029 || code === 0xfffd)
      return false
    if (code >= 0x202a && code <= 0x202e) return false
  }
  return true
}
