import { createHash, randomBytes } from 'node:crypto'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unkeyed } from './ciphers/vigenere.ts'
import { xored } from './ciphers/xor.ts'
import { atbash, rot47, rotated } from './codes/texts.ts'
import { prose } from './english/text.ts'
import { worthHandingIn } from './flags.ts'
import { inverse, isPrime, power } from './rsa/numbers.ts'
import { search } from './search.ts'

const told = 'Find the flag. It has the form touchstone{...}.'
const flags = fc
  .array(fc.stringMatching(/^[a-z0-9]{2,7}$/), { minLength: 2, maxLength: 4 })
  .map((words) => `touchstone{${words.join('_')}}`)
const few = { numRuns: 20, seed: 7 }

/** The flag that would be handed in, or undefined. */
function found(
  content: string | Uint8Array,
  instructions = told,
  seconds = 10,
  name = 'riddle',
): string | undefined {
  const { best } = search(
    { instructions, files: new Map([[name, Buffer.from(content as string)]]) },
    performance.now() + seconds * 1000,
  )
  return best && best.score >= worthHandingIn ? best.flag : undefined
}

/** Prose that the statistics do not come from. */
const letter = `My dear colleague, thank you for the parcel. The three of us carried it up to the observatory on Friday,
where the air is cold and nobody ever comes before midnight. I have compared your drawings with the photographs taken by
the southern station, and although several stars are missing from both, I believe our measurements agree remarkably well.
Please tell the committee that we shall need at least another fortnight, some warmer blankets, and a new lamp. `

describe('encodings', () => {
  const encoders: Record<string, (text: string) => string> = {
    base64: (text) => Buffer.from(text).toString('base64'),
    hex: (text) => Buffer.from(text).toString('hex'),
    base32: (text) => base32(Buffer.from(text)),
    rot13: (text) => rotated(text, 13),
    rot47,
    atbash,
    reversed: (text) => [...text].reverse().join(''),
    url: (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    decimal: (text) => [...Buffer.from(text)].join(' '),
    octal: (text) => Array.from(Buffer.from(text), (byte) => byte.toString(8).padStart(3, '0')).join(' '),
    bits: (text) => Array.from(Buffer.from(text), (byte) => byte.toString(2).padStart(8, '0')).join(''),
    bytes: (text) => Array.from(Buffer.from(text), (byte) => `0x${byte.toString(16)}`).join(', '),
  }
  it('finds any flag behind any three of them', () => {
    const chain = fc.array(fc.constantFrom(...Object.keys(encoders)), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(flags, chain, (flag, names) => {
        const hidden = names.reduce((text, name) => encoders[name]!(text), flag)
        expect(found(hidden), names.join(', ')).toBe(flag)
      }),
      { ...few, numRuns: 40 },
    )
  }, 60_000)

  it('reads base58 and Morse', () => {
    let [number, text] = [BigInt(`0x${Buffer.from('touchstone{fifty_eight}').toString('hex')}`), '']
    const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
    for (; number > 0n; number /= 58n) text = alphabet[Number(number % 58n)] + text
    expect(found(text)).toBe('touchstone{fifty_eight}')
    const morse = '..-. .-.. .- --. -.--. -- --- .-. ... . ..--.- .. ... ..--.- ..-. ..- -. -.--.-'
    expect(found(morse, 'Find it.')).toBe('FLAG{MORSE_IS_FUN}')
  })
})

describe('XOR', () => {
  const keys = fc
    .uint8Array({ minLength: 1, maxLength: 5 })
    .filter((key) => new Set(key).size === key.length && !key.includes(0))
  it('finds a flag under a key that is shorter than the crib', () => {
    fc.assert(
      fc.property(flags, keys, (flag, key) => {
        expect(found(xored(Buffer.from(`the end: ${flag} is near`), key))).toBe(flag)
      }),
      few,
    )
  })

  it('finds a flag in English under a long key', () => {
    const keys = fc
      .uint8Array({ minLength: 13, maxLength: 20 })
      .filter((key) => new Set(key).size === key.length)
    const text = letter.repeat(3)
    fc.assert(
      fc.property(flags, keys, (flag, key) => {
        expect(found(xored(Buffer.from(`${text}The flag is ${flag} and ${letter}`), key))).toBe(flag)
      }),
      { ...few, numRuns: 6 },
    )
  }, 60_000)

  it('uses a key that lies about', () => {
    const key = Buffer.from('correct horse battery')
    const files = new Map([
      ['notes.txt', Buffer.from('key = "correct horse battery"\n')],
      ['secret.bin', xored(Buffer.from('touchstone{lying_about}'), key)],
    ])
    expect(search({ instructions: told, files }, performance.now() + 5000).best?.flag).toBe(
      'touchstone{lying_about}',
    )
  })
})

describe('classical ciphers', () => {
  const hide = (flag: string) => `${letter}The flag is ${flag}. ${letter}`
  it('reads Vigenère under any key', () => {
    const keys = fc.uniqueArray(fc.integer({ min: 1, max: 25 }), { minLength: 4, maxLength: 14 })
    fc.assert(
      fc.property(keys, (key) => {
        expect(found(unkeyed(hide('touchstone{tables_and_keys}'), key))).toBe('touchstone{tables_and_keys}')
      }),
      { ...few, numRuns: 8 },
    )
  }, 60_000)

  it('solves a substitution', () => {
    const alphabets = fc.shuffledSubarray([...'abcdefghijklmnopqrstuvwxyz'], { minLength: 26 })
    fc.assert(
      fc.property(alphabets, (alphabet) => {
        const swap = (text: string) =>
          text
            .replace(/[a-z]/g, (each) => alphabet[each.charCodeAt(0) - 97]!)
            .replace(/[A-Z]/g, (each) => alphabet[each.charCodeAt(0) - 65]!.toUpperCase())
        expect(found(swap(hide('touchstone{the_letter_is_another}')))).toBe(
          'touchstone{the_letter_is_another}',
        )
      }),
      { ...few, numRuns: 4 },
    )
  }, 60_000)

  it('reads affine ciphers, rail fences and columns', () => {
    const flag = 'touchstone{rails_and_columns}'
    const affine = flag.replace(/[a-z]/g, (each) =>
      String.fromCharCode(97 + ((7 * (each.charCodeAt(0) - 97) + 3) % 26)),
    )
    expect(found(affine)).toBe(flag)
    expect(found(fence(flag, 4))).toBe(flag)
    const columns = [2, 0, 3, 1]
      .map((column) => [...flag].filter((_, at) => at % 4 === column).join(''))
      .join('')
    expect(found(columns)).toBe(flag)
  })
})

describe('RSA', () => {
  const number = (text: string) => BigInt(`0x${Buffer.from(text).toString('hex')}`)
  const primeAfter = (start: bigint) => {
    for (let each = start | 1n; ; each += 2n) if (isPrime(each)) return each
  }
  const random = (bits: number) =>
    BigInt(`0x${randomBytes(bits / 8).toString('hex')}`) | (1n << BigInt(bits - 1))
  const flag = 'touchstone{small_numbers}'
  const m = number(flag)

  it.each([
    'n = N\ne = E\nc = C\n',
    '{"n": "N", "e": "E", "ciphertext": "C"}',
    'N: N\nE: E\nCT: C',
    '(n, e) = (N, E)\nc=C',
  ])('close primes, written as %j', (form) => {
    const p = primeAfter(random(160))
    const n = p * primeAfter(p + 1000n)
    const text = form
      .replace(/\bN(?!:)/g, String(n))
      .replace(/\bE(?!:)/g, '65537')
      .replace(/\bC\b/g, String(power(m, 65537n, n)))
    expect(found(text)).toBe(flag)
  })

  it('small exponent, small d, shared primes, broadcast, a smooth prime, common modulus, letters by themselves', () => {
    const [p, q, r] = [primeAfter(random(256)), primeAfter(random(256)), primeAfter(random(256))]
    const n = p * q
    expect(found(`n = ${p * q * r * primeAfter(random(256))}\ne = 3\nc = ${m ** 3n}`)).toBe(flag)
    const phi = (p - 1n) * (q - 1n)
    const d = primeAfter(random(96))
    expect(found(`n = ${n}\ne = ${inverse(d, phi)}\nc = ${power(m, inverse(d, phi)!, n)}`)).toBe(flag)
    expect(
      found(
        `n1 = ${n}\nn2 = ${p * r}\ne = 65537\nc1 = ${power(m, 65537n, n)}\nc2 = ${power(m, 65537n, p * r)}`,
      ),
    ).toBe(flag)
    const moduli = [1, 2, 3].map(() => primeAfter(random(128)) * primeAfter(random(128)))
    expect(
      found(
        moduli
          .map((each, at) => `n${at} = ${each}\nc${at} = ${power(m, 3n, each)}\n`)
          .concat('e = 3')
          .join(''),
      ),
    ).toBe(flag)
    const smooth = (() => {
      for (let each = 2n, product = 2n; ; product *= each) {
        each = primeAfter(each + 1n)
        if (product > 1n << 128n && isPrime(product + 1n)) return product + 1n
      }
    })()
    expect(found(`n = ${smooth * p}\ne = 65537\nc = ${power(m, 65537n, smooth * p)}`)).toBe(flag)
    expect(
      found(`n = ${n}\ne1 = 17\ne2 = 65537\nc1 = ${power(m, 17n, n)}\nc2 = ${power(m, 65537n, n)}`),
    ).toBe(flag)
    const letters = [...flag].map((each) => power(BigInt(each.charCodeAt(0)), 65537n, n))
    expect(found(`n = ${n}\ne = 65537\nc = [${letters.join(', ')}]`)).toBe(flag)
  }, 60_000)
})

describe('files', () => {
  const flag = 'touchstone{deep_inside}'
  it('unpacks archives in archives behind a picture', () => {
    const inner = gzipSync(zipOf('flag.txt', Buffer.from(flag)))
    const picture = Buffer.concat([pngOf(4, 4, Buffer.alloc(4 * 13)), zipOf('a.gz', inner)])
    expect(found(Buffer.concat([randomBytes(500), picture]))).toBe(flag)
  })

  it('opens an encrypted zip archive with a usual password', () => {
    // `zip -P letmein`: the traditional encryption.
    const archive =
      '504b03040a000900000083a8765db996cca7250000001900000008001c00666c61672e7478745554090003c558036bc5' +
      '58036b75780b000104000000000400000000d659207cf03791c5711f33eb1951394aab69dafcec5649ad7a7b88b3b32f' +
      '7eb5e2e70a8f8f504b0708b996cca72500000019000000504b01021e030a000900000083a8765db996cca72500000019' +
      '000000080018000000000001000000a48100000000666c61672e7478745554050003c558036b75780b00010400000000' +
      '0400000000504b050600000000010001004e000000770000000000'
    expect(found(Buffer.from(archive, 'hex'))).toBe('touchstone{behind_a_lock}')
  })

  it('reads compressed texts and lowest bits of a PNG', () => {
    const text = Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.from(flag))])
    expect(found(pngOf(4, 4, Buffer.alloc(4 * 13), ['zTXt', text]))).toBe(flag)
    const [width, height] = [32, 24]
    const rows = randomBytes(height * (width * 3 + 1))
    const bits = [...Buffer.from(`${flag}\0`)].flatMap((byte) =>
      [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1),
    )
    for (let row = 0; row < height; row++) rows[row * (width * 3 + 1)] = 0
    for (const [at, bit] of bits.entries()) {
      const place = Math.floor(at / (width * 3)) * (width * 3 + 1) + 1 + (at % (width * 3))
      rows[place] = (rows[place]! & 0xfe) | bit
    }
    expect(found(pngOf(width, height, rows))).toBe(flag)
  })

  it('puts a TCP stream in order', () => {
    const body = Buffer.from(Buffer.from(flag).toString('base64'))
    const parts = [body.subarray(0, 10), body.subarray(10, 20), body.subarray(20)]
    const packets = [2, 0, 1, 1].map((part) => tcp(0xfffffff8 + 10 * part, parts[part]!))
    expect(found(captureOf(packets))).toBe(flag)
  })
})

describe('what has no flag', () => {
  it('gives none: random bytes, prose, numbers, programs', () => {
    const nothing = [
      randomSeeded(400),
      randomSeeded(5000),
      randomSeeded(60).subarray(0, 40),
      Buffer.from(randomSeeded(90).toString('base64')),
      Buffer.from(randomSeeded(90).toString('hex')),
      Buffer.from(prose),
      Buffer.from(letter),
      xored(Buffer.from(letter), Buffer.from('secret key!')),
      Buffer.from('int main(void) { struct flag { int a; } f = { 1 }; return f.a; }\n'),
    ]
    for (const instructions of [told, 'Find the flag in this file.'])
      for (const bytes of nothing)
        expect(found(bytes, instructions, 0.5), bytes.toString('latin1', 0, 40)).toBeUndefined()
  }, 120_000)

  it('takes no example of a format for a flag', () => {
    expect(
      found('nothing here', 'Flag format: picoCTF{FirstnameLastname} or picoCTF{0055aabb}'),
    ).toBeUndefined()
    expect(found('char *flag = "touchstone{REDACTED}"; // touchstone{fake_flag_for_testing}')).toBeUndefined()
  })
})

describe('hostile files', () => {
  it('come to an end in time and memory', () => {
    const zeros = gzipSync(Buffer.alloc(64 * 1024 ** 2))
    const bomb = zipOf('a', zeros)
    const huge = Buffer.concat([
      pngOf(1, 1, Buffer.alloc(4)).subarray(0, 16),
      Buffer.from('ffffffffffffffff0806000000', 'hex'),
      randomBytes(100),
    ])
    const cut = captureOf([tcp(1, Buffer.from('hello'))])
    cut.writeUInt32LE(0xffffffff, 32)
    const nested = Array.from({ length: 40 }).reduce<Buffer>((inside) => gzipSync(inside), Buffer.from('x'))
    const selfSimilar = Buffer.concat(
      Array.from({ length: 3000 }, () =>
        Buffer.from('PK\x03\x04\x89PNG\r\n\x1a\n\xff\xd8\xff\x1f\x8b\x08', 'latin1'),
      ),
    )
    const braces = Buffer.from('a{'.repeat(500_000))
    const digits = Buffer.from(`n = ${'9'.repeat(4900)}\ne = 3\nc = ${'8'.repeat(4900)}\n`.repeat(20))
    const backtracking = Buffer.from(`${'0x1 '.repeat(100_000)}${'"'.repeat(100_000)}${'('.repeat(10_000)}`)
    for (const bytes of [
      bomb,
      huge,
      cut,
      nested,
      selfSimilar,
      braces,
      digits,
      backtracking,
      Buffer.alloc(0),
      Buffer.from([0x50, 0x4b, 3, 4]),
      Buffer.from('%PDF-stream'.repeat(1000)),
    ]) {
      const started = performance.now()
      expect(found(bytes, told, 1)).toBeUndefined()
      expect(
        performance.now() - started,
        createHash('md5').update(bytes).digest('hex') + bytes.toString('latin1', 0, 20),
      ).toBeLessThan(6000)
    }
  }, 90_000)
})

let state = 1
function randomSeeded(length: number): Buffer {
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 16) & 255
    }),
  )
}

function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  const text = (bits.match(/.{1,5}/g) ?? [])
    .map((each) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(each.padEnd(5, '0'), 2)])
    .join('')
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=')
}

function fence(text: string, rails: number): string {
  const rows = Array.from({ length: rails }, () => '')
  const period = 2 * rails - 2
  for (const [at, character] of [...text].entries())
    rows[Math.min(at % period, period - (at % period))] += character
  return rows.join('')
}

function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const header = Buffer.alloc(30)
  header.writeUInt32BE(0x504b0304, 0)
  header.writeUInt16LE(8, 8)
  header.writeUInt32LE(packed.length, 18)
  header.writeUInt32LE(content.length, 22)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, Buffer.from(name), packed])
}

function pngOf(width: number, height: number, rows: Buffer, ...more: (readonly [string, Buffer])[]): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  const chunks = [['IHDR', header], ...more, ['IDAT', deflateSync(rows)], ['IEND', Buffer.alloc(0)]] as const
  const bytes = chunks.map(([type, data]) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([
      length,
      Buffer.from(type),
      data,
      type === 'IEND' ? Buffer.from('ae426082', 'hex') : Buffer.alloc(4),
    ])
  })
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...bytes])
}

function tcp(sequence: number, payload: Buffer): Buffer {
  const packet = Buffer.alloc(54)
  packet.writeUInt16BE(0x0800, 12)
  packet[14] = 0x45
  packet.writeUInt16BE(40 + payload.length, 16)
  packet[23] = 6
  packet.writeUInt32BE(sequence >>> 0, 38)
  packet[46] = 0x50
  return Buffer.concat([packet, payload])
}

function captureOf(packets: readonly Buffer[]): Buffer {
  const head = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex')
  return Buffer.concat([
    head,
    ...packets.map((packet) => {
      const record = Buffer.alloc(16)
      record.writeUInt32LE(packet.length, 8)
      record.writeUInt32LE(packet.length, 12)
      return Buffer.concat([record, packet])
    }),
  ])
}
