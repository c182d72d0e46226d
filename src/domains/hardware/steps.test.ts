import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSet } from '../../core/files.ts'
import type { SandboxBackend } from '../../core/sandbox.ts'
import { bubblewrap } from '../../sandbox/index.ts'
import { compileStep, hasStalled, requireTools } from './steps.ts'

let backend: SandboxBackend
let parts: string
beforeAll(async () => {
  backend = await bubblewrap()
  parts = mkdtempSync(join(tmpdir(), 'ivl-'))
  chmodSync(parts, 0o755)
})
afterAll(async () => {
  rmSync(parts, { recursive: true })
  await backend[Symbol.asyncDispose]()
})

const inside = ['/usr/lib/x86_64-linux-gnu/ivl', '/usr/lib/aarch64-linux-gnu/ivl', '/usr/lib/ivl'].find(
  (path) => existsSync(path),
)

describe.skipIf(inside === undefined)('a compiler that is not done in time', () => {
  /** Runs a step for one second with another program in the place of the preprocessor. */
  const stalledWith = async (preprocessor: string) => {
    writeFileSync(join(parts, 'ivlpp'), `#!/bin/sh\n${preprocessor}\n`, { mode: 0o755 })
    await using sandbox = await backend.open({
      name: 'steps',
      files: fileSet({ 'a.sv': 'module a; endmodule\n' }),
      mounts: [{ host: parts, inside: inside! }],
    })
    const step = compileStep('-E -o out a.sv', { output: 'out', log: 'log' }, 'exit 1', 1)
    const run = await sandbox.exec(['sh', '-c', `${requireTools}\n${step}`])
    expect(run.wallSeconds).toBeLessThan(10)
    return await hasStalled(sandbox, run.exitCode)
  }

  it('has stalled where it waits', async () => {
    expect(await stalledWith('sleep 100')).toBe(true)
  })

  it('makes the trial void where it still works', async () => {
    await expect(stalledWith('while :; do :; done')).rejects.toMatchObject({ code: 'too-slow' })
  })

  it('has not stalled where it ended', async () => {
    expect(await stalledWith('exit 3')).toBe(false)
  })
})

describe('a step', () => {
  it('is void where a program is missing, and only then', async () => {
    await using sandbox = await backend.open({ name: 'steps', env: { PATH: '/nowhere' } })
    const { exitCode } = await sandbox.exec(['/bin/sh', '-c', requireTools])
    await expect(hasStalled(sandbox, exitCode)).rejects.toMatchObject({ code: 'no-iverilog' })
    expect(await hasStalled(sandbox, 127)).toBe(false)
  })

  it('does not take an older output for its own', async () => {
    await using sandbox = await backend.open({
      name: 'steps',
      files: fileSet({ 'a.sv': `module a; ${'assign x = y; '.repeat(256)} endmodule`, out: 'older' }),
    })
    const step = compileStep('-o out a.sv', { output: 'out', log: 'log' }, 'exit 1')
    expect((await sandbox.exec(['sh', '-c', step])).exitCode).toBe(1)
    expect(await sandbox.read('out')).toBeUndefined()
  })
})
