import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import pLimit from 'p-limit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf } from '../src/core/files.ts'
import { readManifest, readTree } from '../src/core/task-directory.ts'
import { type ProofsKey, readKey } from '../src/domains/proofs/key.ts'

/*
 * The theorems of the suite, with plain coqc: no judge of ours between. The stub, closed by the theorem of the reference
 * proof in a file of its own, must compile and rest on no axiom that the task does not allow. Each definition is shown
 * to mean what it says by `tests/Examples.v`: something has it, something else does not.
 * No Lean is asked; of the Lean files only the form is compared with that of the Rocq files.
 */
const suite = join(import.meta.dirname, '..', 'suites', 'proofs-basics')
const ids = readdirSync(suite, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
const coqc = execaSync('coqc', ['--version'], { reject: false }).exitCode === 0
/** Compiling takes most of the time: every fourth here, all of them in `npm run check:long`. */
const compiled = process.env.TOUCHSTONE_LONG ? ids : ids.filter((_, index) => index % 4 === 0)
const areas = ['logic', 'arithmetic', 'lists', 'order', 'algebra', 'programs']

interface Read {
  readonly manifest: Awaited<ReturnType<typeof readManifest>>
  readonly key: ProofsKey
  /** The text of one of the task's files, empty where it has none. */
  readonly text: (path: string) => string
}

async function read(id: string): Promise<Read> {
  const directory = join(suite, id)
  const manifest = await readManifest(directory)
  const part = (name: string) => readTree(join(directory, name))
  const key = readKey({
    tests: await part('tests'),
    solution: await part('solution'),
    environment: await part('environment'),
    settings: manifest.key,
    brief: {},
    answer: manifest.answer,
  })
  const files = await readTree(directory)
  return { manifest, key, text: (path) => textOf(files, path) ?? '' }
}

/** The names that a context defines, in order. */
const defined = (context: string) =>
  [
    ...context.matchAll(/^(?:Inductive|Fixpoint|Definition|Record|inductive|structure|def|abbrev) (\w+)/gm),
  ].map(([, name]) => name)

/** What is counted where Rocq and Lean are compared: quantifiers, connectives and the like, as each writes them. */
const signs = [
  [/\bforall\b/g, /∀/g],
  [/\bexists\b/g, /∃/g],
  [/\/\\/g, /∧/g],
  [/(?<!<)->/g, /→/g],
  [/<->/g, /↔/g],
  [/<>/g, /≠/g],
  [/<=/g, /≤/g],
] as const

describe('proofs-basics', () => {
  let tasks: Map<string, Read>
  beforeAll(async () => {
    tasks = new Map(await Promise.all(ids.map(async (id) => [id, await read(id)] as const)))
  })
  const task = (id: string) => tasks.get(id)!

  it('has theorems of every area and difficulty', () => {
    const manifests = [...tasks.values()].map(({ manifest }) => manifest)
    expect(manifests.length).toBeGreaterThanOrEqual(44)
    expect(new Set(manifests.map(({ tags: [area] }) => area))).toEqual(new Set(areas))
    for (const difficulty of ['easy', 'medium', 'hard'])
      expect(
        manifests.filter((manifest) => manifest.difficulty === difficulty).length,
      ).toBeGreaterThanOrEqual(8)
    expect(new Set([...tasks.values()].map(({ key }) => key.theorem)).size).toBe(tasks.size)
  })

  it('has examples wherever it has definitions', () => {
    for (const [id, { key, text }] of tasks)
      expect([id, /^Example /m.test(text('tests/Examples.v'))]).toEqual([
        id,
        key.formal.rocq!.context !== '' || text('tests/Examples.v') !== '',
      ])
  })

  describe.each(ids)('%s', (id) => {
    it('says the same in its stubs, its statements and its reference proof', () => {
      const { key, text } = task(id)
      const { rocq, lean } = key.formal
      const head = (prelude: string) => (prelude === '' ? '' : `${prelude}\n\n`)
      expect(text('environment/Answer.v')).toBe(
        `${head(rocq!.prelude)}${rocq!.statement}\nProof.\nAdmitted.\n`,
      )
      expect(text('environment/Answer.lean')).toBe(
        `${head(lean!.prelude)}${lean!.statement} := by\n  sorry\n`,
      )
      expect(rocq!.statement).toMatch(new RegExp(`^Theorem ${key.theorem} :\\s`))
      expect(lean!.statement).toMatch(new RegExp(`^theorem ${key.theorem} :\\s`))
      expect(rocq!.solution!.startsWith(rocq!.prelude)).toBe(true)
      expect(`\n${rocq!.solution}`).toContain(`\n${rocq!.statement}\nProof.\n`)
      expect(rocq!.solution).not.toMatch(/\b(Axiom|Parameter|Conjecture|Admitted|admit|give_up)\b/)
      expect(rocq!.prelude.includes('Require Import Context.')).toBe(rocq!.context !== '')
      expect(lean!.prelude.includes('import Context')).toBe(lean!.context !== '')
    })

    it('has the same form in Rocq and in Lean', () => {
      const { rocq, lean } = task(id).key.formal
      expect(defined(lean!.context)).toEqual(defined(rocq!.context))
      for (const [inRocq, inLean] of signs)
        expect([inLean, lean!.statement.match(inLean)?.length]).toEqual([
          inLean,
          rocq!.statement.match(inRocq)?.length,
        ])
    })

    it('names the theorem and the axioms in its instructions', () => {
      const { key, text } = task(id)
      expect(text('instruction.md')).toContain(`\`${key.theorem}\``)
      for (const axiom of key.formal.rocq!.axioms) expect(text('instruction.md')).toContain(`\`${axiom}\``)
    })
  })

  describe.skipIf(!coqc)('compiled (skipped where coqc is not installed)', () => {
    const turn = pLimit(2)
    let scratch: string

    /** Compiles context, reference proof and check, in a directory of their own; resolves to what was printed. */
    async function compile(id: string): Promise<string> {
      const { key, text } = task(id)
      const { context, prelude, statement, solution } = key.formal.rocq!
      const check = [
        prelude,
        'Require Answer.',
        statement,
        `Proof. exact Answer.${key.theorem}. Qed.`,
        `Print Assumptions ${key.theorem}.`,
        text('tests/Examples.v'),
      ]
      const directory = join(scratch, id)
      mkdirSync(directory)
      if (context !== '') await rocq(directory, 'Context.v', context)
      const alone = await rocq(directory, 'Answer.v', solution!)
      return alone + (await rocq(directory, 'Check.v', check.join('\n')))
    }

    /** Rejects with the prover's message where a file does not compile. Warnings are part of what was printed. */
    async function rocq(directory: string, file: string, text: string): Promise<string> {
      writeFileSync(join(directory, file), text)
      const { all } = await execa('coqc', ['-q', file], { cwd: directory, all: true, timeout: 100_000 })
      return all
    }

    beforeAll(() => {
      scratch = mkdtempSync(join(tmpdir(), 'proofs-basics-'))
    })
    afterAll(() => rmSync(scratch, { recursive: true }))

    const patient = { timeout: 240_000 }
    it.concurrent.each(compiled)(
      '%s: proved from what is allowed, and its definitions mean what they say',
      patient,
      async (id) => {
        const output = await turn(() => compile(id))
        const { axioms } = task(id).key.formal.rocq!
        if (axioms.length === 0) expect(output).toBe('Closed under the global context')
        else {
          const names = [...output.matchAll(/^(\w+)\s*:/gm)].map(([, name]) => name)
          expect(names).toEqual(['Axioms', ...axioms.map((axiom) => axiom.split('.').at(-1))])
        }
      },
    )
  })
})
