const magics: readonly (readonly [type: string, hex: string, at?: number])[] = [
  ['elf', '7f454c46'],
  ['zip', '504b0304'],
  ['zip', '504b0506'],
  ['png', '89504e470d0a1a0a'],
  ['jpeg', 'ffd8ff'],
  ['gif', '47494638'],
  ['gzip', '1f8b08'],
  ['bzip2', '425a68'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['7z', '377abcaf271c'],
  ['rar', '526172211a07'],
  ['cab', '4d534346'],
  ['pdf', '255044462d'],
  ['pcap', 'd4c3b2a1'],
  ['pcap', 'a1b2c3d4'],
  ['pcap', '4d3cb2a1'],
  ['pcapng', '0a0d0d0a'],
  ['sqlite', '53514c69746520666f726d6174'],
  ['ogg', '4f676753'],
  ['flac', '664c6143'],
  ['mp3', '494433'],
  ['midi', '4d546864'],
  ['wasm', '0061736d'],
  ['java-class', 'cafebabe'],
  ['macho', 'cffaedfe'],
  ['macho', 'cefaedfe'],
  ['ole', 'd0cf11e0a1b11ae1'],
  ['pickle', '80049500'],
  ['lua-bytecode', '1b4c7561'],
  ['squashfs', '68737173'],
  ['tar', '7573746172', 257],
  ['mp4', '66747970', 4],
]
const table = magics.map(([type, hex, at = 0]) => ({ type, magic: Buffer.from(hex, 'hex'), at }))

/** So much of a file says what it is. */
export const headBytes = 4096

/**
 * What a file is, by its first bytes and never by its name: `elf`, `zip`, `png` …, `text` for what reads as UTF-8 or an
 * older text without control characters, `empty`, else `data`. `head` is at most `headBytes` long.
 */
export function typeOf(head: Buffer): string {
  if (head.length === 0) return 'empty'
  const found = table.find(
    ({ magic, at }) =>
      head.length >= at + magic.length && head.compare(magic, 0, magic.length, at, at + magic.length) === 0,
  )
  if (found)
    return found.type === 'bzip2' && !/[1-9]/.test(head.toString('latin1', 3, 4)) ? 'data' : found.type
  return rarer(head) ?? (isText(head) ? textual(head) : 'data')
}

function rarer(head: Buffer): string | undefined {
  if (head.length > 64 && head.readUInt16BE(0) === 0x4d5a) return 'pe'
  if (head.length > 54 && head.readUInt16BE(0) === 0x424d && head.readUInt32LE(6) === 0) return 'bmp'
  if (head.length > 12 && head.toString('latin1', 0, 4) === 'RIFF')
    return { WAVE: 'wav', WEBP: 'webp', 'AVI ': 'avi' }[head.toString('latin1', 8, 12)] ?? 'riff'
  // The second half of CPython's magic number is always a new line.
  if (head.length >= 16 && head.readUInt16LE(2) === 0x0a0d && head.readUInt16LE(0) > 3000) return 'pyc'
  // MPEG audio, layer III, with a bit rate and a sampling rate that exist.
  if (
    head.length >= 16 &&
    head[0] === 0xff &&
    (head[1]! & 0xf6) === 0xf2 &&
    (head[2]! & 0xf0) !== 0xf0 &&
    (head[2]! & 0xf0) !== 0 &&
    (head[2]! & 0x0c) !== 0x0c
  )
    return 'mp3'
  if (head.length >= 4 && (head.readUInt16BE(0) === 0xfffe || head.readUInt16BE(0) === 0xfeff))
    return 'text-utf16'
  return undefined
}

function isText(head: Buffer): boolean {
  for (const byte of head)
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) return false
  // In UTF-8 or mostly ASCII: other encodings' texts have few letters beyond it.
  if (!head.includes(127)) {
    let high = 0
    for (const byte of head) if (byte > 127) high++
    return (
      high === 0 ||
      head.subarray(0, -4).toString('utf8').includes('\uFFFD') === false ||
      high * 10 < head.length
    )
  }
  return false
}

function textual(head: Buffer): string {
  const start = head
    .toString('latin1', 0, 512)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .slice(0, 200)
  if (/^(<!doctype html|<html)/i.test(start)) return 'html'
  if (/^<\?xml|^<svg/i.test(start)) return /<svg/i.test(start) ? 'svg' : 'xml'
  if (/^-----BEGIN [A-Z ]{3,40}-----/.test(start)) return 'pem'
  return 'text'
}
