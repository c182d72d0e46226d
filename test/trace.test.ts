import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../src/core/sandbox.ts'
import { rocqMissing } from '../src/domains/proofs/rocq/testing.ts'
import {
  Accessibility,
  directorySource,
  type Header,
  readCorpus,
  readHeaders,
  readManifest,
  readParquet,
  readSource,
  readSplit,
  readTrace,
  stateText,
  type TracedTheorem,
  trace,
  transitions,
  writeSplits,
} from '../src/domains/proofs/trace/index.ts'
import { writeParquet } from '../src/domains/proofs/trace/parquet/write.ts'
import { traceReport } from '../src/domains/proofs/trace/report.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'

const missing = rocqMissing ?? (existsSync('/usr/bin/bwrap') ? undefined : 'bubblewrap is missing')

const development = {
  _CoqProject: '-R . Mine\n',
  'Base/Numbers.v': `(* Zahlen, größer als 𝔸 *)
Inductive mine := zero | next (n : mine).
Fixpoint add (n m : mine) : mine := match n with zero => m | next n => next (add n m) end.
Lemma add_zero : forall n, add n zero = n.
Proof.
  induction n as [| n same].
  - reflexivity.
  - simpl. (* é *) now rewrite same.
Qed.
Lemma add_next n m : add n (next m) = next (add n m).
Proof. induction n as [| n same]; simpl; [ reflexivity | now rewrite same ]. Qed.
`,
  'Laws/Swap.v': `Require Import Mine.Base.Numbers.
Theorem add_swap : forall n m, add n m = add m n.
Proof.
  intros n m. induction n as [| n same]; simpl.
  { rewrite add_zero. reflexivity. }
  { rewrite add_next, same. reflexivity. }
Qed.
Lemma again : forall n, add n zero = n.
Proof. exact add_zero. Qed.
Lemma given_up : zero = next zero.
Admitted.
Section Holds.
  Variable held : zero = zero.
  Definition by_term : zero = zero := held.
  Let shorter : zero = zero.
  Proof. exact held. Qed.
  Lemma from_held : zero = zero.
  Proof held.
End Holds.
`,
  'Laws/Late.v': `Require Import Mine.Laws.Swap.
Theorem fine : True.
Proof. exact I. Qed.
`,
  'Broken.v': 'Lemma no : False.\nProof. exact I. Qed.\n',
  'Uses.v': 'Require Import Mine.Broken.\n',
  'Round.v': 'Require Import Mine.About.\n',
  'About.v': 'Require Import Mine.Round.\n',
  'no-name.v': '',
}

describe.skipIf(missing)(`a trace${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  let backend: SandboxBackend
  let [top, root, out] = ['', '', '']
  beforeAll(async () => {
    backend = await bubblewrap()
    top = await mkdtemp(join(tmpdir(), 'touchstone-trace-'))
    root = join(top, 'in')
    out = join(top, 'out')
    for (const [path, text] of Object.entries(development)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    await traced()
  }, 60_000)
  afterAll(async () => {
    await backend?.[Symbol.asyncDispose]()
    await rm(top, { recursive: true, force: true })
  })

  /** Traces, and gives what was made anew. */
  const traced = async (stop?: { readonly at: string }): Promise<string[]> => {
    const controller = new AbortController()
    await using lab = openLab(backend, { seed: '', signal: controller.signal })
    const made: string[] = []
    await trace(lab, await directorySource(root), {
      out,
      rocq: '8',
      concurrency: 2,
      limits: { fileSeconds: 60, sentenceSeconds: 20, memoryBytes: 1024 ** 3 },
      onProgress(_, { file }: Header, earlier) {
        if (!earlier) made.push(file)
        if (file === stop?.at) controller.abort(new Error('enough'))
      },
    })
    return made.sort()
  }
  const theorem = async (name: string) => {
    for await (const one of readTrace(out)) if (one.name === name) return one
    throw new Error(`there is no ${name}`)
  }

  it('has files behind what they require, and says why not', async () => {
    const { files } = await readManifest(out)
    expect(files).toHaveLength(8)
    const place = (file: string) => files.indexOf(file)
    expect(place('Base/Numbers.v')).toBeLessThan(place('Laws/Swap.v'))
    expect(place('Laws/Swap.v')).toBeLessThan(place('Laws/Late.v'))
    const report = await traceReport(out)
    expect(report.files).toEqual({ planned: 8, traced: 3, partial: 0, failed: 5, missing: 0 })
    expect(Object.fromEntries(report.failures.map(({ file, reason }) => [file, reason]))).toEqual({
      'Broken.v': 'compile',
      'Uses.v': 'dependency',
      'Round.v': 'cycle',
      'About.v': 'cycle',
      'no-name.v': 'name',
    })
    expect(report.failures.find(({ file }) => file === 'Broken.v')?.message).toContain('line 2')
  })

  it('has states, tactics and what they name, where it is', async () => {
    const proof = await theorem('Mine.Laws.Swap.add_swap')
    expect(proof.statement).toBe('Theorem add_swap : forall n m, add n m = add m n.')
    expect(proof.steps.map(({ tactic }) => tactic)).toEqual([
      'intros n m.',
      'induction n as [| n same]; simpl.',
      '{',
      'rewrite add_zero.',
      'reflexivity.',
      '}',
      '{',
      'rewrite add_next, same.',
      'reflexivity.',
      '}',
    ])
    const [first, second] = [...transitions(proof)]
    expect(first!.before.goals[0]!.conclusion).toBe('forall n m : mine, add n m = add m n')
    expect(first!.after).toEqual(second!.before)
    expect(first!.after.goals[0]).toMatchObject({ conclusion: 'add n m = add m n' })
    expect([...transitions(proof)].at(-1)!.after.goals).toEqual([])
    const rewrite = proof.steps[3]!
    const premise = proof.premises[rewrite.premises[0]!]!
    expect(premise).toMatchObject({ name: 'Mine.Base.Numbers.add_zero', kind: 'thm' })
    const { file, span } = premise.place!
    expect(development[file as keyof typeof development].slice(span.start, span.end)).toBe('add_zero')
    expect(span.line).toBe(4)
    expect(proof.dependencies).toEqual(['Mine.Base.Numbers.add_zero', 'Mine.Base.Numbers.add_next'])
  })

  it('points into the text, whatever characters it has', async () => {
    for await (const { file, span, statement, steps, ending, endingSpan } of readTrace(out)) {
      const text = development[file as keyof typeof development]
      expect(text.slice(span.start, span.end)).toBe(statement)
      expect(text.slice(endingSpan.start, endingSpan.end)).toBe(ending)
      for (const { tactic, span } of steps) expect(text.slice(span.start, span.end)).toBe(tactic)
    }
  })

  it('knows a proof by a term, and what was given up', async () => {
    const term = await theorem('Mine.Laws.Swap.from_held')
    expect(term).toMatchObject({ ending: 'Proof held.', proved: true, steps: [] })
    expect(term.endingPremises.map((index) => term.premises[index]!.name)).toEqual([
      'Mine.Laws.Swap.Holds.held',
    ])
    expect(await theorem('Mine.Laws.Swap.Holds.shorter')).toMatchObject({ head: 'Let' })
    expect(await theorem('Mine.Laws.Swap.given_up')).toMatchObject({ ending: 'Admitted.', proved: false })
  })

  it('is split without what was given up and what was stated before', async () => {
    const splits = await writeSplits(out, 'seed')
    for (const { train, validation, test, duplicates } of splits) {
      expect(duplicates).toBe(1)
      expect([...train, ...validation, ...test]).toHaveLength(6)
    }
    const read = await readSplit(out, 'chronological')
    expect(read).toEqual(splits[0])
    expect(read.train[0]).toMatch(/^Base\/Numbers\.v:/)
    expect(await writeSplits(out, 'seed')).toEqual(splits)
  })

  it('has the sources, and what defines each name', async () => {
    for (const [file, text] of Object.entries(development))
      expect(await readSource(out, file)).toBe(file.endsWith('.v') ? text : undefined)
    const corpus = new Map((await Array.fromAsync(readCorpus(out))).map((entry) => [entry.name, entry]))
    expect(corpus.get('Mine.Base.Numbers.next')).toMatchObject({
      kind: 'constr',
      text: 'Inductive mine := zero | next (n : mine).',
    })
    expect(corpus.get('Mine.Base.Numbers.add_zero')?.text).toBe('Lemma add_zero : forall n, add n zero = n.')
    expect(corpus.get('Mine.Laws.Swap.Holds.held')).toMatchObject({
      kind: 'var',
      until: development['Laws/Swap.v'].indexOf('End Holds.'),
    })
  })

  it('knows what a proof could have used: all that is before it, and all that it does use', async () => {
    const accessibility = await Accessibility.of(out)
    const all = [...accessibility.all()]
    const headers = await Array.fromAsync(readHeaders(out))
    const isBelow = (below: string, file: string): boolean => {
      const requires = headers.find((header) => header.file === file)?.requires ?? []
      return requires.some((other) => other === below || isBelow(below, other))
    }
    const theorems = await Array.fromAsync(readTrace(out))
    for (const theorem of theorems) {
      const accessible = accessibility.accessible(theorem)
      const wanted = all.filter(({ file, kind, span: { start }, until }) =>
        file === theorem.file
          ? start < theorem.span.start && (until === undefined || theorem.span.start < until)
          : kind !== 'var' && isBelow(file, theorem.file),
      )
      expect(new Set(accessible)).toEqual(new Set(wanted))
      expect(accessible.size).toBe(wanted.length)
      for (const premise of theorem.premises)
        expect(accessible.has(premise)).toBe(premise.module !== 'Coq.Init.Logic')
    }
    const named = (name: string) => [...accessibility.accessible(theorems.find((one) => one.name === name)!)]
    expect(named('Mine.Laws.Swap.from_held').map(({ name }) => name)).toContain('Mine.Laws.Swap.Holds.held')
    expect(named('Mine.Laws.Late.fine').map(({ name }) => name)).not.toContain('Mine.Laws.Swap.Holds.held')
  })

  it('is the same as Parquet', async () => {
    const parquet = join(top, 'parquet')
    const { rows, missingSplits } = await writeParquet(out, parquet)
    expect(missingSplits).toEqual([])
    const theorems = await Array.fromAsync(readTrace(out))
    const read = await Array.fromAsync(readParquet(parquet, 'theorems'))
    const names = ({ premises }: TracedTheorem, indices: readonly number[]) =>
      indices.map((index) => premises[index]!.name)
    expect(rows).toMatchObject({ files: 8, theorems: theorems.length })
    expect(read.map(({ id, name, statement }) => [id, name, statement])).toEqual(
      theorems.map(({ id, name, statement }) => [id, name ?? null, statement]),
    )
    const steps = await Array.fromAsync(readParquet(parquet, 'steps'))
    expect(steps.map(({ tactic, before, after, premises }) => [tactic, before, after, premises])).toEqual(
      theorems.flatMap((theorem) =>
        theorem.steps.map(({ tactic, before, after, premises }) => [
          tactic,
          stateText(theorem.states[before]!),
          stateText(theorem.states[after]!),
          names(theorem, premises),
        ]),
      ),
    )
    const { test } = await readSplit(out, 'random')
    expect(read.filter(({ random }) => random === 'test').map(({ id }) => id)).toEqual(test)
    const files = await Array.fromAsync(readParquet(parquet, 'files'))
    expect(files.find(({ file }) => file === 'Laws/Late.v')).toMatchObject({
      requires: ['Laws/Swap.v'],
      accessible: ['Base/Numbers.v', 'Laws/Swap.v'],
      source: development['Laws/Late.v'],
    })
    await writeFile(join(parquet, 'steps.parquet'), 'PAR1 no PAR1')
    await expect(Array.fromAsync(readParquet(parquet, 'steps'))).rejects.toThrow(
      /no such table.*touchstone trace export/s,
    )
  })

  it('is made again only where something changed, after a stop too', async () => {
    const failed = ['About.v', 'Broken.v', 'Round.v', 'Uses.v', 'no-name.v']
    const path = join(out, 'files/Base/Numbers.v.jsonl')
    const { mtimeMs } = await stat(path)
    expect(await traced()).toEqual(failed)
    const swap = await readFile(join(root, 'Laws/Swap.v'), 'utf8')
    await writeFile(join(root, 'Laws/Swap.v'), `${swap}Lemma more : True.\nProof. auto. Qed.\n`)
    await expect(traced({ at: 'Laws/Swap.v' })).rejects.toThrow('enough')
    expect(await traced()).toContain('Laws/Late.v')
    expect(await traced()).toEqual(failed)
    expect((await stat(path)).mtimeMs).toBe(mtimeMs)
    expect(await theorem('Mine.Laws.Swap.more')).toBeDefined()
    const outcomes = []
    for await (const { file, outcome } of readHeaders(out)) if (outcome === 'traced') outcomes.push(file)
    expect(outcomes).toHaveLength(3)
    await writeFile(path, `${await readFile(path, 'utf8')}{"type":"theorem"}\n`)
    await expect(Array.fromAsync(readTrace(out))).rejects.toThrow(/line 4.*Remove the file/s)
  })
})
