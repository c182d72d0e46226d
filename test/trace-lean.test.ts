import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  Accessibility,
  readCorpus,
  readHeaders,
  readManifest,
  readParquet,
  readTrace,
} from '../src/domains/proofs/trace/index.ts'
import { Answer, writeFakeLean } from '../src/domains/proofs/trace/lean/testing/fake-lean.ts'

const missing = existsSync('/usr/bin/bwrap') ? undefined : 'bubblewrap is missing'
const program = fileURLToPath(new URL('../bin/touchstone.js', import.meta.url))

const files = {
  'src/My/Base.lean': 'theorem base : True := trivial\n',
  'src/My/Top.lean': '/- über -/\nimport My.Base\nimport Mathlib\ntheorem top : True := by\n  exact base\n',
  'src/My/Errors.lean': 'import My.Base\ntheorem fine : True := trivial\ntheorem wrong : False := trivial\n',
  'src/My/Header.lean': 'import Nowhere\n',
  'src/My/Rubbish.lean': '',
  'src/My/Outside.lean': 'theorem short : True := trivial\n',
  'src/My/Silent.lean': '',
  'src/My/Crash.lean': '',
  'src/My/Slow.lean': '',
  'src/My/no name.lean': '',
  'lakefile.lean': 'import Lake\n',
  'lean-toolchain': 'leanprover/lean4:v4.20.0\n',
  '.lake/packages/other/Other.lean': '',
}
const base = new Answer(files['src/My/Base.lean'])
  .declaration('theorem base : True', ':= trivial', 'base', 'base')
  .use('trivial', 0, 'trivial', 'theorem', 'Init.Prelude')
const top = new Answer(files['src/My/Top.lean'])
  .declaration('theorem top : True', ':= by\n  exact base', 'top', 'top')
  .step('exact base', ['True'], [])
  .use('base', 0, 'base', 'theorem', 'My.Base')
const errors = new Answer(files['src/My/Errors.lean'])
  .declaration('theorem fine : True', ':= trivial', 'fine', 'fine')
  .declaration('theorem wrong : False', ':= trivial', 'wrong', 'wrong')
errors.document.errors.push({ line: 3, message: 'type mismatch' })

/** By hand, as the program for Lean is meant to answer: no Lean was at hand to record anything. */
const answers = {
  'src/My/Base.lean': base.document,
  'src/My/Top.lean': top.document,
  'src/My/Errors.lean': errors.document,
  'src/My/Header.lean': { header: false, errors: [{ line: 1, message: "unknown module 'Nowhere'" }] },
  'src/My/Rubbish.lean': '{"header":',
  'src/My/Outside.lean': { ...base.document, commands: [{ start: 0, end: 99 }] },
  'src/My/Silent.lean': 'quiet',
  'src/My/Crash.lean': 'exit 3',
  'src/My/Slow.lean': 'sleep',
}

describe.skipIf(missing)(
  `touchstone trace lean${missing ? ` (${missing})` : ''}`,
  { timeout: 90_000 },
  () => {
    let scratch: string
    const out = () => join(scratch, 'out')
    beforeAll(async () => {
      scratch = await mkdtemp(join(tmpdir(), 'touchstone-trace-lean-'))
      // Sandboxes are another user's.
      await chmod(scratch, 0o755)
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(scratch, 'project', path)), { recursive: true })
        await writeFile(join(scratch, 'project', path), text)
      }
      await writeFakeLean(join(scratch, 'lean'), answers)
    })
    afterAll(() => rm(scratch, { recursive: true, force: true }))

    const touchstone = (...argv: string[]) =>
      execa(process.execPath, [program, 'trace', ...argv], {
        cwd: scratch,
        reject: false,
        timeout: 80_000,
        env: { NO_COLOR: '1', ELAN_HOME: join(scratch, 'nothing') },
      })
    const lean = (...argv: string[]) =>
      touchstone('lean', 'project', '--out', 'out', '--toolchain', 'lean', '--seconds', '5', ...argv)

    it('runs its program for each file, and says why not', async () => {
      const first = await lean('--json')
      expect(first.stderr).toContain('never been run')
      expect(first.exitCode).toBe(0)
      const report = JSON.parse(first.stdout)
      expect(report).toMatchObject({
        prover: 'lean',
        lean: '4.20.0',
        notice: expect.stringContaining('never been run'),
        files: { planned: 10, traced: 2, partial: 1, failed: 7 },
        theorems: 3,
        steps: 1,
      })
      const reasons = report.failures.map(({ file, reason }: { file: string; reason: string }) => [
        file,
        reason,
      ])
      expect(Object.fromEntries(reasons)).toEqual({
        'src/My/Errors.lean': 'compile',
        'src/My/Header.lean': 'compile',
        'src/My/Rubbish.lean': 'answer',
        'src/My/Outside.lean': 'answer',
        'src/My/Silent.lean': 'answer',
        'src/My/Crash.lean': 'died',
        'src/My/Slow.lean': 'time',
        'src/My/no name.lean': 'name',
      })
    })

    it('writes what a trace of Rocq has', async () => {
      const manifest = await readManifest(out())
      expect(manifest).toMatchObject({ prover: 'lean', lean: '4.20.0', source: 'project' })
      expect(manifest.files.indexOf('src/My/Base.lean')).toBeLessThan(
        manifest.files.indexOf('src/My/Top.lean'),
      )
      const headers = await Array.fromAsync(readHeaders(out()))
      expect(headers.find(({ module }) => module === 'My.Top')?.requires).toEqual(['src/My/Base.lean'])
      const theorems = await Array.fromAsync(readTrace(out()))
      expect(theorems.map(({ name }) => name).sort()).toEqual(['base', 'fine', 'top'])
      const proof = theorems.find(({ name }) => name === 'top')!
      expect(proof.premises).toEqual([
        {
          name: 'base',
          kind: 'theorem',
          module: 'My.Base',
          place: { file: 'src/My/Base.lean', span: { start: 8, end: 12, line: 1 } },
        },
      ])
      const accessibility = await Accessibility.of(out())
      for (const premise of proof.premises) expect(accessibility.accessible(proof).has(premise)).toBe(true)
      const corpus = await Array.fromAsync(readCorpus(out()))
      expect(corpus.map(({ text }) => text)).toContain('theorem base : True := trivial')
    })

    it('goes on, and is written as Parquet', async () => {
      const { mtimeMs } = await stat(join(out(), 'files/src/My/Base.lean.jsonl'))
      await writeFakeLean(join(scratch, 'lean'), { 'src/My/Slow.lean': 'quiet' })
      const again = await lean()
      expect(again.stdout).toMatch(/of them there before +2/)
      expect(again.stdout).toContain('never been run')
      expect((await stat(join(out(), 'files/src/My/Base.lean.jsonl'))).mtimeMs).toBe(mtimeMs)
      expect((await touchstone('export', 'out', '--parquet', 'parquet')).exitCode).toBe(0)
      const rows = await Array.fromAsync(readParquet(join(scratch, 'parquet'), 'steps'))
      expect(rows).toMatchObject([{ tactic: 'exact base', before: '⊢ True', after: '', premises: ['base'] }])
    })

    it('says what is missing', async () => {
      const none = await touchstone('lean', 'project', '--out', 'other')
      expect(none.exitCode).toBe(3)
      expect(none.stderr).toMatch(/no Lean.*lean-lang\.org.*--toolchain/s)
      expect((await touchstone('lean', 'nowhere', '--out', 'other')).exitCode).toBe(2)
    })
  },
)
