import type { Attack } from '../../../core/domain.ts'
import { fileSet } from '../../../core/files.ts'
import type { Submission } from '../../../core/submission.ts'
import type { Task } from '../../../core/task.ts'
import {
  answerPath,
  factsOf,
  type HardwareKey,
  moduleOf,
  referenceModule,
  testbenchModule,
  topModule,
} from '../key.ts'
import { instancesOf, moduleRange, portsOf } from '../modules.ts'
import { blockNames } from '../scopes.ts'
import { replaceTokens, type Token } from '../tokens.ts'

/** What the strongest attacker knows of a task: its interface and the names in its key. */
export interface Target {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** The reference's instance in the testbench. */
  readonly instance: string
  /** Modules of the key besides the testbench itself and the reference. */
  readonly helpers: readonly string[]
  /** Tasks, functions and named blocks of the testbench. */
  readonly blocks: readonly string[]
  /** A whole design: the task's header, all outputs as nets, and the body. */
  design(body: string, before?: string): string
}

export function targetOf(task: Task<HardwareKey>): Target {
  const { reference, testbench, units } = factsOf(task.key)
  const ports = [...(portsOf(reference.tokens, referenceModule) ?? [])]
  const named = (direction: string) => ports.flatMap(([name, way]) => (way === direction ? [name] : []))
  const header = headerOf(task.key.reference, reference.tokens, moduleOf(task.key))
  return {
    inputs: named('input'),
    outputs: named('output'),
    instance: instancesOf(testbench.tokens, referenceModule)[0] ?? 'good1',
    helpers: [...units].filter((unit) => unit !== testbenchModule && unit !== referenceModule),
    blocks: [...new Set(blockNames(testbench.tokens).map(({ name }) => name))],
    design: (body, before = '') => `${before}${header}\n${body}\nendmodule\n`,
  }
}

/** The reference's header under the name that is asked for, without `reg`: a body may then assign any output. */
function headerOf(source: string, tokens: readonly Token[], module: string): string {
  const first = moduleRange(tokens, referenceModule)?.first ?? 0
  const end = tokens.findIndex((token, index) => index > first && token.text === ';')
  const text = replaceTokens(source.slice(0, tokens[end]?.end), tokens.slice(0, end + 1), (token) => {
    if (token.kind !== 'name') return undefined
    if (token.text === referenceModule) return module
    return token.text === 'reg' || token.text === 'logic' ? '' : undefined
  })
  return text.slice(tokens[first]?.start ?? 0)
}

export function hand(text: string | Uint8Array): Submission {
  return { kind: 'files', files: fileSet({ [answerPath]: text }) }
}

/** An attack that hands in one design; undefined where the task gives it nothing to work on. */
export function attack(
  name: string,
  description: string,
  expect: Attack['expect'],
  write: (target: Target) => string | undefined,
): Attack<HardwareKey> {
  return {
    name,
    description,
    expect,
    submission: (task) => {
      const text = write(targetOf(task))
      return text === undefined ? undefined : hand(text)
    },
  }
}

/** Every output driven by the same expression, which may use the output's name. */
export function driveAll({ outputs }: Target, expression: (output: string) => string): string {
  return outputs.map((output) => `assign ${output} = ${expression(output)};`).join('\n')
}

export { referenceModule, testbenchModule, topModule }
