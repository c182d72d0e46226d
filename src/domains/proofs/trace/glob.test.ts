import { describe, expect, it } from 'vitest'
import { BadGlob, readGlob } from './glob.ts'
import { Offsets } from './offsets.ts'

const text = '(* é 𝔸 *) Lemma b : a. Proof. exact c. Qed.\n'
const offsets = new Offsets(text)
/** As Rocq counts: bytes, the last one included. */
const at = (word: string, from = 0) => {
  const start = Buffer.byteLength(text.slice(0, text.indexOf(word, from)))
  return `${start}:${start + Buffer.byteLength(word) - 1}`
}
const head = 'DIGEST NO\nFSome.File\n'

describe('names of a file', () => {
  it('are read with positions that JavaScript has', () => {
    const glob = readGlob(
      `${head}prf ${at('b :')} <> b\nbinder 0:1 <> x:1\nR${at('c. Q')} Coq.Init.Logic Inner c thm\nR${at('c. Q')} Coq.Init.Logic Inner c thm\n`,
      offsets,
    )
    expect(glob.module).toBe('Some.File')
    expect(glob.definitions.map(({ name, kind }) => [name, kind])).toEqual([['Some.File.b', 'prf']])
    expect(offsets.text(glob.definitions[0]!.span)).toBe('b :')
    expect(glob.references).toHaveLength(1)
    expect(glob.references[0]).toMatchObject({ name: 'Coq.Init.Logic.Inner.c', kind: 'thm' })
    expect(offsets.text(glob.references[0]!.span)).toBe('c. Q')
  })

  it.each([
    ['', 'begin'],
    ['DIGEST NO\n', 'begin'],
    ['FSome.File\nDIGEST NO\n', 'begin'],
    [`${head}R1:2 A <> b thm`, 'does not end'],
    [`${head}R1:2 A <> thm\n`, 'line 3'],
    [`${head}R1:2 A <> b thm extra\n`, 'line 3'],
    [`${head}prf 1:2 <> b\nprf 1 <> b\n`, 'line 4'],
    [`${head}prf 1:100000 <> b\n`, 'line 3'],
    [`${head}prf 9:2 <> b\n`, 'line 3'],
    [`${head}R1:99999999999999999999 A <> b thm\n`, 'line 3'],
    [`${head}\n`, 'line 3'],
  ])('are not guessed: %j', (glob, why) => {
    expect(() => readGlob(glob, offsets)).toThrow(BadGlob)
    expect(() => readGlob(glob, offsets)).toThrow(why)
  })
})
