import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elfFactsSchema } from '../../facts.ts'
import { elfFacts } from './index.ts'

const program = readFileSync('/bin/sh')
const real = ['/bin/sh', '/bin/ls', '/usr/bin/bwrap', '/usr/bin/perl', '/sbin/ldconfig', libc()].filter(
  existsSync,
)

describe('elfFacts', () => {
  it('tells of a shell what the loader is told', () => {
    const facts = elfFacts(program)!
    expect(facts).toMatchObject({ kind: 'program', static: false, nx: true, stripped: true })
    expect(facts.interpreter).toMatch(/^\/lib.*\/ld-/)
    expect(facts.needed).toContain('libc.so.6')
    expect(facts.glibc).toMatch(/^2\.\d+/)
    expect(facts.imports).toContain('fork')
  })

  it('tells the version of a libc', () => {
    const facts = elfFacts(readFileSync(libc()))!
    expect(facts.kind).toBe('library')
    expect(facts.libc).toMatch(/^2\.\d+$/)
  })

  it.skipIf(!existsSync('/usr/bin/readelf'))('agrees with readelf (binutils, if installed)', () => {
    for (const path of real) {
      const facts = elfFacts(readFileSync(path))!
      const said = execFileSync('/usr/bin/readelf', ['-W', '-l', '-d', '-V', '-S', path], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      expect([path, facts.needed]).toEqual([
        path,
        [...said.matchAll(/\(NEEDED\).*\[(.*?)\]/g)].map(([, name]) => name),
      ])
      expect([path, facts.nx]).toEqual([path, /GNU_STACK/.test(said) && !/GNU_STACK.*RWE/.test(said)])
      expect([path, facts.stripped]).toEqual([path, !/ SYMTAB /.test(said)])
      const full = /BIND_NOW|FLAGS_1.*NOW/.test(said)
      expect([path, facts.relro]).toEqual([
        path,
        !/GNU_RELRO/.test(said) ? 'none' : full ? 'full' : 'partial',
      ])
    }
  })

  it('is not taken in by truncated and changed files', () => {
    const changes = fc.array(fc.tuple(fc.nat(program.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 20,
    })
    const headers = fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 0, max: 255 })), { maxLength: 40 })
    fc.assert(
      fc.property(fc.nat(program.length), changes, headers, (length, anywhere, front) => {
        const mutant = Buffer.from(program)
        for (const [at, value] of [...anywhere, ...front]) mutant[at] = value
        check(mutant)
        check(mutant.subarray(0, length))
      }),
      { numRuns: 300 },
    )
  })

  it('is not taken in by bytes that only begin like one', () => {
    const start = fc.constantFrom(
      '7f454c460201010000000000000000000300',
      '7f454c460101',
      '7f454c460202',
      '7f454c46',
    )
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 2000 }), (head, rest) =>
        check(Buffer.concat([Buffer.from(head, 'hex'), rest])),
      ),
      { numRuns: 1000 },
    )
  })

  it('ends where tables lead in circles or say that they are endless', () => {
    const mutant = Buffer.from(program)
    mutant.writeUInt16LE(0xffff, 56)
    mutant.writeUInt16LE(0xffff, 60)
    mutant.writeBigUInt64LE(0n, 32)
    mutant.writeBigUInt64LE(0xffffffffffffffffn, 40)
    check(mutant)
    const end = Buffer.alloc(64)
    program.copy(end, 0, 0, 64)
    check(end)
  })
})

function check(bytes: Buffer): void {
  const began = performance.now()
  const facts = elfFacts(bytes)
  expect(performance.now() - began).toBeLessThan(2000)
  if (facts) elfFactsSchema.parse(facts)
}

function libc(): string {
  const directory = readdirSync('/usr/lib').find((name) => existsSync(`/usr/lib/${name}/libc.so.6`))
  return `/usr/lib/${directory}/libc.so.6`
}
