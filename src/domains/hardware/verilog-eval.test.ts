import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf } from '../../core/files.ts'
import { correct, errataFor, errataOf } from './errata.ts'
import { type HardwareKey, oracleOf } from './key.ts'
import { verilogEval } from './verilog-eval.ts'

const data = process.env.TOUCHSTONE_VERILOG_EVAL ?? '../shared/data/verilog-eval/dataset_spec-to-rtl'
const plain = { errata: false }

describe.skipIf(!existsSync(data))(`the loader on the published problems (skipped without ${data})`, () => {
  it('names all 156 and reads one when it is asked for', async () => {
    const suite = await verilogEval.load(data, plain)
    expect(suite).toMatchObject({ name: 'verilog-eval-spec-to-rtl', licence: 'MIT' })
    expect(suite.tasks).toHaveLength(156)
    expect(suite.version).toMatch(/^sha256-[0-9a-f]{12}$/)
    const task = await suite.tasks[0]!.load()
    expect(task).toMatchObject({ id: 'Prob001_zero', domain: 'hardware', errata: [] })
    expect(task.brief.feedback.consultations).toBe(0)
    expect(task.brief.instructions).toContain('TopModule.sv')
    expect(task.brief.instructions).not.toContain('RefModule')
    expect(task.brief.files.size).toBe(0)
  })

  it('makes a submission of every reference', async () => {
    const suite = await verilogEval.load(data, { errata: true })
    for (const entry of suite.tasks) {
      const oracle = oracleOf((await entry.load()).key as HardwareKey)
      const text = oracle.kind === 'files' ? textOf(oracle.files, 'TopModule.sv') : ''
      expect(text).toMatch(/\bmodule\s+TopModule\b/)
      expect(text).not.toContain('RefModule')
    }
  })

  it('corrects on request and says what', async () => {
    const published = await verilogEval.load(data, plain)
    const corrected = await verilogEval.load(data, { errata: true })
    expect(corrected.version).toBe(published.version)
    const named = new Map<string, readonly string[]>()
    for (const [index, entry] of corrected.tasks.entries()) {
      const task = await entry.load()
      const before = await published.tasks[index]!.load()
      if (task.errata.length > 0) named.set(task.id, task.errata)
      expect(task.errata.length > 0).toBe(
        JSON.stringify([before.key, before.brief.instructions]) !==
          JSON.stringify([{ ...(task.key as HardwareKey), notes: [] }, task.brief.instructions]),
      )
    }
    expect([...named.keys()].map((id) => id.slice(4, 7))).toEqual(['053', '082', '099', '141', '151', '156'])
  })

  it('tells what two of the problems never compare', async () => {
    const suite = await verilogEval.load(data, { errata: true })
    const load = async (start: string) =>
      (await suite.tasks.find(({ id }) => id.startsWith(start))!.load()).key as HardwareKey
    expect((await load('Prob094')).notes[0]).toContain('never compared')
    expect((await load('Prob146')).notes[0]).toContain('40 of 905')
    expect((await load('Prob001')).notes).toEqual([])
  })

  it('keeps no more of the problems than the words it replaces', async () => {
    for (const { edits } of await errataFor('verilog-eval-v2'))
      for (const edit of edits) expect(edit.old.length).toBeLessThan(60)
  })
})

describe('the loader on a directory', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'verilog-eval-'))
    const dataset = join(directory, 'dataset_code-complete-iccad2023')
    await mkdir(dataset)
    await writeFile(
      join(dataset, 'Prob001_wire_prompt.txt'),
      'Connect it.\n\nmodule TopModule (input a, output b);\n',
    )
    await writeFile(join(dataset, 'Prob001_wire_ifc.txt'), 'module TopModule (input a, output b);\n')
    await writeFile(
      join(dataset, 'Prob001_wire_ref.sv'),
      'module RefModule (input a, output b); assign b = a; endmodule\n',
    )
    await writeFile(join(dataset, 'Prob001_wire_test.sv'), 'module tb (); endmodule\n')
    await copyFile(join(dataset, 'Prob001_wire_prompt.txt'), join(dataset, 'Prob002_broken_prompt.txt'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  it('finds the variant in a whole repository and by its files', async () => {
    const asked = { errata: true, variant: 'code-complete' }
    const suite = await verilogEval.load(directory, asked)
    expect(suite.name).toBe('verilog-eval-code-complete')
    const task = await suite.tasks[0]!.load()
    expect(task.brief.instructions).toContain('module TopModule (input a, output b);')
    expect((await verilogEval.load(join(directory, 'dataset_code-complete-iccad2023'), plain)).name).toBe(
      suite.name,
    )
  })

  it('says what is wrong', async () => {
    const load = (path: string, options = {}) => verilogEval.load(path, { ...plain, ...options })
    await expect(load(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'no-suite' })
    await expect(load(directory)).rejects.toMatchObject({ code: 'not-verilog-eval' })
    await expect(load(directory, { variant: 'other' })).rejects.toMatchObject({ code: 'unknown-variant' })
    const dataset = join(directory, 'dataset_code-complete-iccad2023')
    await expect(load(dataset, { variant: 'spec-to-rtl' })).rejects.toMatchObject({ code: 'wrong-variant' })
    const broken = (await load(dataset)).tasks[1]!
    await expect(broken.load()).rejects.toMatchObject({
      code: 'broken-task',
      message: expect.stringContaining('Prob002_broken_ref.sv'),
    })
  })

  it('follows no link: a suite from anywhere must not show a file of the machine', async () => {
    const linked = await mkdtemp(join(tmpdir(), 'touchstone-verilog-eval-'))
    await symlink('/etc/hostname', join(linked, 'Prob001_x_prompt.txt'))
    await expect(verilogEval.load(linked, plain)).rejects.toMatchObject({ code: 'broken-task' })
    await rm(linked, { recursive: true })
  })

  it('has another version for other contents', async () => {
    const dataset = join(directory, 'dataset_code-complete-iccad2023')
    const before = (await verilogEval.load(dataset, plain)).version
    const path = join(dataset, 'Prob001_wire_test.sv')
    await writeFile(path, `${await readFile(path, 'utf8')} `)
    expect((await verilogEval.load(dataset, plain)).version).not.toBe(before)
  })
})

describe('errata', () => {
  const erratum = { id: 'e', task: 't', defect: 'd', effect: 'e' }
  const texts = { 'prompt.txt': 'one two two', 'ref.sv': '', 'test.sv': '' }

  it('refuse a text that is not there exactly once', () => {
    const edit = (old: string) => [{ ...erratum, edits: [{ file: 'prompt.txt' as const, old, new: 'x' }] }]
    expect(correct(texts, edit('one'))['prompt.txt']).toBe('x two two')
    expect(() => correct(texts, edit('two'))).toThrow('finds it 2 times')
    expect(() => correct(texts, edit('three'))).toThrow('finds it 0 times')
  })

  it('concern only the variants that have the defect', async () => {
    const errata = await errataFor('verilog-eval-v2')
    expect(errataOf(errata, 'Prob099_m2014_q6c', 'spec-to-rtl')).toHaveLength(1)
    expect(errataOf(errata, 'Prob099_m2014_q6c', 'code-complete')).toHaveLength(0)
  })
})
