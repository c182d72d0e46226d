import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataStart, marshalled, measure, NotMarshalled } from './marshal.ts'
import { kernelPart } from './vo.ts'

const bytes = (...values: number[]) => Buffer.from(values)

describe('measure', () => {
  it('counts objects and words as OCaml does', () => {
    // (1, "ab", [3]): a block of three, a string, a cons cell.
    const data = bytes(0xb0, 0x41, 0x22, 97, 98, 0xa0, 0x43, 0x40)
    expect(measure(data, 0)).toEqual({ end: 8, objects: 3, words64: 4 + 2 + 3, words32: 4 + 2 + 3 })
    expect(measure(data, 5)).toMatchObject({ end: 8, objects: 1 })
    const whole = marshalled(data, measure(data, 0))
    expect(dataStart(whole)).toBe(20)
    expect(whole.readUInt32BE(4)).toBe(data.length)
  })

  it('refuses what points nowhere, ends too soon or is code', () => {
    expect(measure(bytes(0xa0, 0x40, 0x04, 1), 0)).toMatchObject({ end: 4 })
    for (const bad of [
      bytes(0xa0, 0x40, 0x04, 2),
      bytes(0xa0, 0x40, 0x04, 0),
      bytes(0x04, 1),
      bytes(0xb0, 0x41),
      bytes(0x25, 97),
      bytes(0x10, 0, 0, 0, 0),
      bytes(0x12, 0x5f, 0x6a, 0),
      bytes(0x08, 0xff, 0xff, 0xff, 0xff),
      bytes(0x0a, 0xff, 0xff, 0xff, 0xff),
    ])
      expect(() => measure(bad, 0), bad.toString('hex')).toThrow(NotMarshalled)
  })
})

describe('kernelPart', () => {
  const segment = (data: Buffer) => marshalled(data, measure(data, 0))
  /** A library with the kernel's part `(1, 2)` and one object, in the form that the compiler writes. */
  function library(table: Partial<Record<string, Buffer>> = {}): Buffer {
    const none = segment(bytes(0x40))
    const segments = {
      library: segment(bytes(0xa0, 0xa0, 0x41, 0x42, 0xa0, 0x23, 97, 98, 99, 0x40)),
      opaques: none,
      summary: none,
      tasks: none,
      universes: none,
      ...table,
    }
    let position = 16
    const body: Buffer[] = []
    const entries: Buffer[] = [bytes(0, 0, 0, Object.keys(segments).length)]
    for (const [name, content] of Object.entries(segments)) {
      const entry = Buffer.alloc(20 + name.length)
      entry.writeInt32BE(name.length)
      entry.write(name, 4)
      entry.writeBigInt64BE(BigInt(position), 4 + name.length)
      entry.writeBigInt64BE(BigInt(content!.length), 12 + name.length)
      entries.push(entry, Buffer.alloc(16))
      body.push(content!, Buffer.alloc(16))
      position += content!.length + 16
    }
    const head = Buffer.alloc(16)
    head.write('Coq!')
    head.writeInt32BE(81601, 4)
    head.writeBigInt64BE(BigInt(position), 8)
    return Buffer.concat([head, ...body, ...entries])
  }

  it("keeps the kernel's part and drops the objects", () => {
    const part = Buffer.from(kernelPart(library()))
    expect(part.includes('abc')).toBe(false)
    expect(part.includes(bytes(0xa0, 0xa0, 0x41, 0x42, 0xa0, 0x40, 0x40))).toBe(true)
    expect(part.equals(kernelPart(part))).toBe(true)
  })

  it('takes sizes from the data, not from the header that came with them', () => {
    const lying = Buffer.from(library())
    const at = lying.indexOf(bytes(0x84, 0x95, 0xa6, 0xbe))
    lying.writeUInt32BE(0xffffff, at + 8)
    lying.writeUInt32BE(1, at + 16)
    expect(kernelPart(lying)).toEqual(kernelPart(library()))
  })

  it('drops the tasks and universes of quick compilation', () => {
    const other = library({ tasks: segment(bytes(0x90, 0x41)), universes: segment(bytes(0x90, 0x41)) })
    expect(kernelPart(other)).toEqual(kernelPart(library()))
  })

  it('refuses whatever is no library, and nothing but by its own error', () => {
    const good = library()
    expect(() => kernelPart(library({ more: segment(bytes(0x40)) }))).toThrow(NotMarshalled)
    expect(() => kernelPart(good.subarray(0, 100))).toThrow(NotMarshalled)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        (changes) => {
          const broken = Buffer.from(good)
          for (const [at, value] of changes) broken[at] = value
          try {
            kernelPart(broken)
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(NotMarshalled)
          }
        },
      ),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
        expect(() => kernelPart(random)).toThrow(NotMarshalled)
      }),
    )
  })
})
