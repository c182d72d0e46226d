import { execFileSync } from 'node:child_process'
import type { Lab } from '../../../core/domain.ts'
import { fileSet } from '../../../core/files.ts'
import type { Submission } from '../../../core/submission.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import type { KernelsKey } from '../key.ts'
import { torchPython } from '../python.ts'
import type { Setting } from './sitting.ts'
import { type Staff, staffOf } from './staff.ts'

/** Whether the Python that judges has torch: tests that need it are not registered where it has not. */
export function hasTorch(): boolean {
  try {
    execFileSync(process.env.TOUCHSTONE_PYTHON ?? '/usr/bin/python3', ['-c', 'import torch'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

/** A trusted side in a lab of its own, for all the tests of a file. */
export interface Room extends AsyncDisposable {
  readonly lab: Lab
  readonly setting: Setting
  readonly staff: Staff
}

export async function openRoom(
  key: KernelsKey,
  more: Partial<Pick<Setting, 'device' | 'patience'>> = {},
): Promise<Room> {
  await using opened = new AsyncDisposableStack()
  const backend = opened.use(await bubblewrap())
  const lab = opened.use(openLab(backend, { seed: 'test', signal: new AbortController().signal }))
  const setting = { lab, python: await torchPython(), key, ...more }
  const staff = opened.use(staffOf(setting))
  const closing = opened.move()
  return { lab, setting, staff, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

/** A small problem with a weight, and a further shape. */
export const smallKey: KernelsKey = {
  problem: `
import torch
import torch.nn as nn

ROWS = 64

class Model(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(columns))

    def forward(self, x):
        return torch.softmax(torch.relu(x) * self.scale, dim=-1)

def get_inputs():
    return [torch.randn(ROWS, 32)]

def get_init_inputs():
    return [32]
`,
  shapes: [{ ROWS: 5 }],
  device: 'cpu',
  threads: 1,
  solved: 'correct',
  library: 'allowed',
  solution: fileSet([]),
}

/** An answer to the small problem whose `forward` has this body; `more` stands before the class. */
export function answer(body: string, more = '', weight = 'scale'): Submission {
  const lines = body
    .trim()
    .split('\n')
    .map((line) => `        ${line}`)
  const source = `import ctypes, os, signal, sys, time
import torch
import torch.nn as nn
${more}
class ModelNew(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.${weight} = nn.Parameter(torch.ones(columns))

    def forward(self, x):
${lines.join('\n')}
`
  return { kind: 'files', files: fileSet({ 'model_new.py': source }) }
}

/** The body of a right answer. */
export const right = 'return torch.softmax(torch.relu(x) * self.scale, dim=-1)'
