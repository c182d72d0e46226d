import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rocqMissing } from '../src/domains/proofs/rocq/testing.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))
const examples = join(repository, 'docs/examples')
const root = process.getuid?.() === 0

let scratch: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'touchstone-examples-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

async function outcomes(...argv: string[]): Promise<Record<string, string>> {
  const entry = join(repository, 'bin/touchstone.js')
  const { stdout } = await execa(process.execPath, [entry, 'run', ...argv, '--json'], { cwd: scratch })
  const { trials } = JSON.parse(stdout) as { trials: { agent: string; outcome: string }[] }
  return Object.fromEntries(trials.map(({ agent, outcome }) => [agent, outcome]))
}

describe('the examples of the documentation', () => {
  it('my-suite: the oracle solves it, nop and a cheat do not', async () => {
    const agents = ['oracle', 'nop', 'attack:name=print-pass'].flatMap((agent) => ['--agent', agent])
    expect(await outcomes(join(examples, 'my-suite'), ...agents, '--out', 'suite')).toEqual({
      oracle: 'solved',
      nop: 'unsolved',
      'attack:name=print-pass': 'rejected',
    })
  })

  it.each(['react', 'refine'])('%s-majority.json solves its task', async (agent) => {
    const script = `scripted/${join(examples, `${agent}-majority.json`)}`
    const argv = [
      'hardware-basics',
      '--task',
      'majority',
      '--agent',
      agent,
      '--model',
      script,
      '--out',
      agent,
    ]
    expect(await outcomes(...argv)).toEqual({ [agent]: 'solved' })
  })

  it.skipIf(!root)(
    'react-flag.json takes the flag of a live service (needs root)',
    async () => {
      const script = `scripted/${join(examples, 'react-flag.json')}`
      const task = ['security-basics', '--task', 'pwn-ret2win']
      expect(await outcomes(...task, '--model', script, '--out', 'flag')).toEqual({ react: 'solved' })
    },
    30_000,
  )

  describe.skipIf(rocqMissing)(`proofs${rocqMissing ? `: ${rocqMissing}` : ''}`, () => {
    it('react-proof.json proves its theorem', async () => {
      const script = `scripted/${join(examples, 'react-proof.json')}`
      const task = ['proofs-basics', '--task', 'num-add-zero']
      expect(await outcomes(...task, '--model', script, '--out', 'proof')).toEqual({ react: 'solved' })
    }, 60_000)

    it('search-proof.ts finds a proof of the same one', async () => {
      const { stdout } = await execa(process.execPath, [join(examples, 'search-proof.ts')], { cwd: scratch })
      expect(stdout).toMatch(/^Wrote Answer\.v:.*\nsolved$/s)
    }, 60_000)
  })

  it('are all tried here', async () => {
    expect((await readdir(examples)).sort()).toEqual([
      'my-suite',
      'react-flag.json',
      'react-majority.json',
      'react-proof.json',
      'refine-majority.json',
      'search-proof.ts',
    ])
  })
})
