import { stringify } from 'smol-toml'
import { type FileSet, fileSet } from '../../core/files.ts'
import { limitsSchema } from '../../core/limits.ts'
import type { Task } from '../../core/task.ts'
import { answerPath, type HardwareKey } from '../../domains/hardware/key.ts'
import { instructionsOf } from './brief.ts'
import type { Plan } from './plan.ts'
import { testbenchText } from './testbench.ts'

/** Longest simulation, in seconds of processor time: what is longer than this makes an audit expensive. */
export const simulationSeconds = 20

/** The files of a task's directory. */
export function filesOf(plan: Plan): FileSet {
  return fileSet({
    'task.toml': `${stringify(manifestOf(plan))}\n`,
    'instruction.md': instructionsOf(plan),
    'tests/ref.sv': plan.reference,
    'tests/test.sv': testbenchText(plan, plan.module),
    'solution/TopModule.sv': plan.solution,
  })
}

function manifestOf(plan: Plan): Record<string, unknown> {
  return {
    schema: 1,
    title: `${plan.module} (${plan.file})`.slice(0, 200),
    domain: 'hardware',
    difficulty: difficultyOf(plan),
    tags: tagsOf(plan),
    answer: { kind: 'files', paths: [answerPath] },
    feedback: { consultations: 0, detail: 'findings' },
    limits: { wall_seconds: 600, turns: 30 },
    key: { simulation_seconds: simulationSeconds },
    origin: { source: `the module ${plan.module} of ${plan.file}`, licence: plan.licence },
  }
}

/** What it is, for counting. */
export function tagsOf({ clock, resets, submodules, registers }: Plan): string[] {
  return [
    clock === undefined ? 'combinational' : 'sequential',
    ...(resets.length > 0 ? ['reset'] : clock === undefined ? [] : ['no-reset']),
    ...(submodules.length > 0 ? ['submodules'] : []),
    ...(registers > 256 ? ['large'] : []),
  ]
}

/** By its size alone: nothing else is known of how hard it is. */
function difficultyOf({ solution, registers }: Plan): 'easy' | 'medium' | 'hard' {
  const length = solution.length + 20 * registers
  return length < 800 ? 'easy' : length < 4000 ? 'medium' : 'hard'
}

/** The task before it is written, to measure its testbench. */
export function taskOf(id: string, plan: Plan): Task<HardwareKey> {
  return {
    id,
    domain: 'hardware',
    brief: {
      instructions: instructionsOf(plan),
      files: fileSet({}),
      answer: { kind: 'files', paths: [answerPath], maxBytes: 1024 ** 2 },
      limits: limitsSchema.parse({}),
      feedback: { consultations: 0, detail: 'findings' },
    },
    key: {
      reference: plan.reference,
      testbench: testbenchText(plan, plan.module),
      solution: plan.solution,
      simulationSeconds,
      notes: [],
    },
    origin: { suite: 'forge', source: plan.file, version: '1', licence: plan.licence },
    errata: [],
  }
}
