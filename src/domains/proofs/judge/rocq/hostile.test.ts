import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rocqVariables } from '../../rocq/variables.ts'
import { type Block, isBlock, isText } from './values.ts'
import { kernelPart, marshal, segmentsOf, valueIn, written } from './vo.ts'

const hasRocq = ['coqc', 'coqchk'].every((name) => spawnSync(name, ['--version']).status === 0)
const env = { ...process.env, ...rocqVariables }

/** Libraries that no compiler wrote: what could cross if the compiler itself were in the answer's hands. */
describe.skipIf(!hasRocq)('a forged library (coqc and coqchk are installed)', { timeout: 60_000 }, () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'forged-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const passes = (program: string, ...argv: string[]) =>
    spawnSync(program, argv, { cwd: folder, env }).status === 0
  const believed = (library: Uint8Array) => {
    writeFileSync(join(folder, 'Answer.vo'), library)
    return passes('coqchk', '-silent', '-norec', 'Answer')
  }

  /** Compiles a text and lets its constants be changed, by name: the last one of each. */
  function forged(text: string, change: (constant: (name: string) => Block) => void): Uint8Array {
    writeFileSync(join(folder, 'Answer.v'), text)
    execFileSync('coqc', ['-q', '-noglob', 'Answer.v'], { cwd: folder, env })
    const { version, segments } = segmentsOf(readFileSync(join(folder, 'Answer.vo')))
    const library = valueIn(segments, 'library')
    change((name) => {
      const found = library.blocks.flatMap(({ tag, fields: [label, field] }) => {
        const body = isBlock(field) ? field.fields[0] : undefined
        const named = tag === 0 && isText(label) && label.raw.subarray(1).toString() === name
        return named && isBlock(body) && body.fields.length === 9 ? [body] : []
      })
      return found.at(-1)!
    })
    const kept = (name: Parameters<typeof valueIn>[1]) => marshal(valueIn(segments, name).value)
    return written(version, {
      library: marshal(library.value),
      opaques: kept('opaques'),
      summary: kept('summary'),
      tasks: kept('tasks'),
      universes: kept('universes'),
    })
  }

  it('proves False to coqchk by a name that stands for another, and nothing once that is taken out', () => {
    // `a` stands for `Inner.a`; its body becomes false, that of `Inner.a` stays true.
    const library = forged(
      `Module Inner. Definition f : bool := false. Definition a : bool := true. End Inner.
Include Inner.
Lemma one : a = Inner.a. Proof. exact (@eq_refl bool Inner.a). Qed.
`,
      (constant) => {
        constant('a').fields[2] = constant('f').fields[2]!
      },
    )
    writeFileSync(
      join(folder, 'False.v'),
      `Module Type Wrong.
Module Inner. Definition f : bool := false. Definition a : bool := true. End Inner.
Definition a : bool := false. Axiom one : a = Inner.a.
End Wrong.
Require Answer.
Module Taken : Wrong := Answer.
Theorem wrong : False. Proof. discriminate (Taken.one : false = true). Qed.
`,
    )
    expect(believed(library)).toBe(true)
    expect(passes('coqc', '-q', 'False.v')).toBe(true)
    expect(believed(kernelPart(library)) && passes('coqc', '-q', 'False.v')).toBe(false)
  })

  it('proves true = false to coqchk by constants that call themselves irrelevant, and nothing once they do not', () => {
    const library = forged(
      `Definition f : bool := false.
Definition a : bool := true.
Lemma one : a = a. Proof. exact (@eq_refl bool a). Qed.
Definition other : bool := f.
`,
      (constant) => {
        for (const name of ['a', 'f']) constant(name).fields[4] = 1
        const type = constant('one').fields[3] as Block
        const [kind, left] = (type.fields[1] as Block).fields
        const f = (constant('other').fields[2] as Block).fields[0]!
        type.fields[1] = { tag: 0, fields: [kind!, left!, f] }
      },
    )
    expect(believed(library)).toBe(true)
    expect(believed(kernelPart(library))).toBe(false)
  })

  it('leaves what a compiler wrote as it was', () => {
    writeFileSync(join(folder, 'Answer.v'), 'Require Import PeanoNat.\nDefinition x := Nat.add_comm 1 2.\n')
    execFileSync('coqc', ['-q', '-noglob', 'Answer.v'], { cwd: folder, env })
    const part = kernelPart(readFileSync(join(folder, 'Answer.vo')))
    expect(believed(part)).toBe(true)
    expect(Buffer.from(part).equals(kernelPart(part))).toBe(true)
  })
})
