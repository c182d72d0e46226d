import { type Deed, perform } from '../../core/actions.ts'
import type { Lab } from '../../core/domain.ts'
import type { ActionTable, Environment, Observation, Rating } from '../../core/environment.ts'
import { UsageError } from '../../core/errors.ts'
import type { Sandbox } from '../../core/sandbox.ts'
import type { Submission } from '../../core/submission.ts'
import type { Brief } from '../../core/task.ts'
import { fileDeeds } from './actions/files.ts'
import { lintDeed } from './actions/lint.ts'
import { type Given, rateCandidate } from './actions/rate.ts'
import { type LastSimulation, simulateDeed } from './actions/simulate.ts'
import { synthesizeDeed } from './actions/synthesize.ts'
import { waveformDeed } from './actions/waveform.ts'
import { moduleInBrief } from './interface.ts'
import { answerPath } from './key.ts'
import { readConstraints } from './ppa/index.ts'

/**
 * Opens a task for an agent: a sandbox with the brief's files, and Icarus Verilog in it. What is synthesised gets a
 * sandbox of its own from the same lab. Throws `UsageError` where the brief's constraints are broken.
 */
export async function open(brief: Brief, lab: Lab): Promise<Environment> {
  const constraints = readConstraints(brief.settings)
  const sandbox = await lab.open({ name: 'hardware', files: brief.files, limits: brief.limits.sandbox })
  return new HardwareEnvironment({ brief, sandbox, lab, constraints })
}

class HardwareEnvironment implements Environment {
  readonly brief: Brief
  readonly actions: ActionTable
  readonly #given: Given
  readonly #sandbox: Sandbox
  readonly #deeds: Readonly<Record<string, Deed>>

  constructor(given: Given) {
    this.brief = given.brief
    this.#given = given
    this.#sandbox = given.sandbox
    const last: LastSimulation = { waveform: undefined }
    const module = moduleInBrief(given.brief)
    this.#deeds = {
      ...fileDeeds(this.#sandbox),
      lint: lintDeed(this.#sandbox, module),
      simulate: simulateDeed(this.#sandbox, module, last),
      waveform: waveformDeed(this.#sandbox, last),
      synthesize: synthesizeDeed(this.#sandbox, module, given),
    }
    this.actions = this.#deeds
  }

  async act(name: string, input: unknown, signal?: AbortSignal): Promise<Observation> {
    return await perform(this.#deeds, name, input, signal)
  }

  async place(submission: Submission): Promise<void> {
    if (submission.kind !== 'files')
      throw new UsageError('wrong-answer-kind', `a hardware answer is the file ${answerPath}, not a text`)
    await this.#sandbox.write(submission.files)
  }

  async collect(): Promise<Submission> {
    const files = new Map<string, Uint8Array>()
    if (this.brief.answer.kind === 'files') {
      for (const path of this.brief.answer.paths) {
        const bytes = await this.#sandbox.read(path)
        if (bytes !== undefined) files.set(path, bytes)
      }
    }
    return { kind: 'files', files }
  }

  async rate(candidate: Submission, signal?: AbortSignal): Promise<Rating> {
    return await rateCandidate(candidate, this.#given, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]()
  }
}
