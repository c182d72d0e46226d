/**
 * One sitting of the run that test/kill-resume.test.ts kills: `kill-child.ts DIRECTORY STATE-DIRECTORY MARKER`, where
 * `-` for the state directory means no sandboxes. Prints `begun`, and a summary when it ends.
 */
import { flushCompileCache } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { deed, perform } from '../../src/core/actions.ts'
import type { Agent } from '../../src/core/agent.ts'
import type { Domain } from '../../src/core/domain.ts'
import { fileSet, textOf } from '../../src/core/files.ts'
import { randomOf } from '../../src/core/seed.ts'
import { executeRun } from '../../src/runs/execute.ts'
import { bubblewrap, openLab } from '../../src/sandbox/index.ts'
import { answering, noFacts, nullLab, numbers, numbersSuite, planOf, scripted } from './memory-world.ts'

// A process that is killed would not write at its end what it has compiled.
flushCompileCache()

const [directory = '', stateDirectory = '-', marker = '1000'] = process.argv.slice(2)
const sandboxed = stateDirectory !== '-'

/** The same task in real sandboxes, with a command that leaves something running. */
const shell: Domain<{ number: number }> = {
  ...numbers,
  name: 'shell',
  async open({ brief }, _secrets, lab) {
    const sandbox = await lab.open({ name: 'work' })
    const deeds = {
      sh: deed({
        description: 'Runs a shell command.',
        input: z.object({ command: z.string() }),
        async run({ command }, signal) {
          const finished = await sandbox.exec(['sh', '-c', command], signal ? { signal } : {})
          return { ok: finished.exitCode === 0, text: Buffer.from(finished.stdout).toString() }
        },
      }),
    }
    return {
      brief,
      actions: deeds,
      act: (name, input, signal) => perform(deeds, name, input, signal),
      place: async () => {},
      async collect() {
        const bytes = await sandbox.read('answer')
        return { kind: 'text', text: bytes ? (textOf(new Map([['answer', bytes]]), 'answer') ?? '') : '' }
      },
      [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
    }
  },
  async judge(task, submission, lab, secrets) {
    const sandbox = await lab.open({
      name: 'judge',
      files: fileSet({ answer: submission.kind === 'text' ? submission.text : '' }),
    })
    const { stdout } = await sandbox.exec(['sh', '-c', `sleep ${marker} & cat answer`])
    return numbers.judge(task, { kind: 'text', text: Buffer.from(stdout).toString().trim() }, lab, secrets)
  },
}

const inSandbox: Agent = {
  name: 'slow',
  async attempt(environment, { signal }) {
    const number = /number (\d+)/.exec(environment.brief.instructions)?.[1]
    await environment.act(
      'sh',
      { command: `sleep ${marker} & sleep 0.02; printf ${number} > answer` },
      signal,
    )
    return environment.collect()
  },
}

/** Two in three are right, decided by the trial's seed. */
const inMemory = answering(
  'slow',
  (number, seed) => `${number + (randomOf(seed)() < 2 / 3 ? 0 : 1)}`,
  (seed) => 0.02 + randomOf(`${seed}/time`)() / 10,
)

const shellSuite = numbersSuite(15, 'shell')
const suites = [
  { suite: numbersSuite(sandboxed ? 60 : 150), protocol: '' },
  {
    suite: {
      ...shellSuite,
      tasks: shellSuite.tasks.map((entry) => ({
        ...entry,
        load: async () => ({ ...(await entry.load()), domain: 'shell' }),
      })),
    },
    protocol: '',
  },
]

const backend = sandboxed ? await bubblewrap({ stateDirectory }) : undefined
const summary = await executeRun({
  directory,
  plan: planOf({
    suites: sandboxed ? suites.toReversed() : suites.slice(0, 1),
    agents: ['slow'],
    samples: 3,
  }),
  resources: {
    domainOf: (name) => (name === 'shell' ? shell : numbers),
    agentOf: (_name, domain) => (domain.name === 'shell' ? inSandbox : inMemory),
    modelOf: () => scripted,
    openLab: (seed, signal) => (backend ? openLab(backend, { seed, signal }) : nullLab(seed, signal)),
  },
  facts: noFacts,
  concurrency: 6,
  compressBytes: 1500,
  onProgress: (_, { type }) => {
    if (type === 'begun') process.stdout.write('begun\n')
  },
})
await backend?.[Symbol.asyncDispose]()
await sleep(0)
process.stdout.write(
  `${JSON.stringify({ ended: summary.ended, failure: summary.failure?.message ?? null })}\n`,
)
