import { existsSync } from 'node:fs'
import type { Task } from '../src/core/task.ts'
import { judge } from '../src/domains/kernels/judge/index.ts'
import { equip, startBaseline, startExaminer } from '../src/domains/kernels/judge/sitting.ts'
import { answer, right, smallKey } from '../src/domains/kernels/judge/testing.ts'
import type { KernelsKey } from '../src/domains/kernels/key.ts'
import { torchPython } from '../src/domains/kernels/python.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'
import { type BenchTable, median } from './table.ts'

const judgements = 6
const columns = ['what', 'figure']
const task = { key: { ...smallKey, solved: 'faster' } } as Task<KernelsKey>

/**
 * Judgements of a right answer to a small problem, one after the other: a second one at the same time would disturb what is
 * measured. The share of the candidate is of the processor time of all sandboxes of a judgement.
 */
export async function kernelsBench(): Promise<BenchTable[]> {
  const title = `The judge of kernels, median of ${judgements} judgements of a right answer to a small problem`
  const python = await torchPython().catch(() => undefined)
  if (!python || !existsSync(python.path)) return [{ title, columns, rows: [['not measured: no torch', '']] }]
  await using backend = await bubblewrap()
  const times: number[] = []
  const shares: number[] = []
  for (let round = 0; round < judgements; round++) {
    await using lab = openLab(backend, { seed: `bench ${round}`, signal: new AbortController().signal })
    const began = performance.now()
    const used: { name: string; seconds: () => number }[] = []
    const open: typeof lab.open = async (spec) => {
      const sandbox = await lab.open(spec)
      let last = 0
      const seconds = () => {
        last = Math.max(last, sandbox.gauge?.cpuSeconds() ?? 0)
        return last
      }
      used.push({ name: spec.name, seconds })
      const close = sandbox[Symbol.asyncDispose].bind(sandbox)
      // Nothing can be read of it afterwards.
      sandbox[Symbol.asyncDispose] = async () => {
        seconds()
        await close()
      }
      return sandbox
    }
    await judge(task, answer(right), { ...lab, open })
    times.push((performance.now() - began) / 1000)
    const sum = (which: typeof used) => which.reduce((total, { seconds }) => total + seconds(), 0)
    const own = sum(used.filter(({ name }) => name === 'kernels-candidate'))
    shares.push(own / sum(used))
  }
  const rows = [
    ['judgements a minute', (60 / median(times)).toFixed(1)],
    ['share of the sandboxes’ processor time in the candidate', `${(100 * median(shares)).toFixed(0)} %`],
    ['processor time of a call that does nothing', `${(1e6 * (await nothing())).toFixed(0)} µs`],
  ]
  return [{ title: `${title} (torch ${python.torch})`, columns, rows }]
}

const idle = `
import torch

class Model(torch.nn.Module):
    def forward(self, x):
        return x

def get_inputs():
    return [torch.randn(16)]

def get_init_inputs():
    return []
`

/** The floor of what can be timed: a call's command, its claim and waking up, in seconds. */
async function nothing(): Promise<number> {
  await using backend = await bubblewrap()
  await using lab = openLab(backend, { seed: 'floor', signal: new AbortController().signal })
  const setting = { lab, python: await torchPython(), key: { ...smallKey, problem: idle, shapes: [] } }
  const [examiner, runner] = await Promise.all([
    startExaminer(setting),
    startBaseline(setting, 'kernels-floor'),
  ])
  const facts = await examiner.problem(idle, {}, 1)
  await equip(runner, facts, await examiner.weights())
  await examiner.allot(1)
  await runner.allot(facts, 1)
  await runner.put(0, await examiner.draw('given', '01', 1))
  const times: number[] = []
  for (let call = 0; call < 300; call++) {
    const before = runner.process.cpuSeconds()
    await runner.go(0, 1, 60)
    times.push(runner.process.cpuSeconds() - before)
  }
  return median(times)
}
