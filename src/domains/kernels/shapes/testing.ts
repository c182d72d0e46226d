import { randomUUID } from 'node:crypto'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { Analyst } from './analyst.ts'

/** The Pythons that tests run with: the one that is found, and one with torch 2 where `TOUCHSTONE_TORCH2` names it. */
export const pythons: readonly { readonly name: string; readonly path: string | undefined }[] = [
  { name: 'the torch that is found', path: undefined },
  ...(process.env.TOUCHSTONE_TORCH2 ? [{ name: 'torch 2', path: process.env.TOUCHSTONE_TORCH2 }] : []),
]

/** An analyst with one of them, in a sandbox of its own. */
export async function analystFor(path: string | undefined): Promise<Analyst & AsyncDisposable> {
  if (path !== undefined) process.env.TOUCHSTONE_PYTHON = path
  const backend = await bubblewrap()
  const lab = openLab(backend, { seed: randomUUID(), signal: new AbortController().signal })
  const analyst = await Analyst.start(lab)
  const close = analyst[Symbol.asyncDispose].bind(analyst)
  return Object.assign(analyst, {
    [Symbol.asyncDispose]: async () => {
      await close()
      await lab[Symbol.asyncDispose]()
      await backend[Symbol.asyncDispose]()
    },
  })
}

/** A problem in KernelBench's form, from what is different in it. */
export function problemOf(parts: {
  readonly constants?: string
  readonly init?: string
  readonly forward: string
  readonly inputs: string
  readonly arguments?: string
  readonly parameters?: string
}): string {
  const { constants = '', init = 'pass', forward, inputs, parameters = 'x', arguments: given = '' } = parts
  return `import torch
from torch import nn
import torch.nn.functional as F
${constants}
class Model(nn.Module):
    def __init__(self${given && `, ${given}`}):
        super().__init__()
        ${init}
    def forward(self, ${parameters}):
        ${forward.replaceAll('\n', '\n        ')}
def get_inputs():
    return [${inputs}]
def get_init_inputs():
    return [${given}]
`
}
