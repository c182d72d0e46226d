import type { Agent } from '../../src/core/agent.ts'
import type { Domain, Lab } from '../../src/core/domain.ts'
import { type EventBody, eventBodySchema, type Recorder } from '../../src/core/events.ts'
import type { Message, Model, ModelReply, ModelRequest } from '../../src/core/model.ts'
import type { Task } from '../../src/core/task.ts'
import { runTrial, type TrialEnd, type TrialSetup } from '../../src/core/trial.ts'
import { memoryDomain, memoryTask } from './memory-domain.ts'

/** Keeps what is written, as JSON gives it back, and holds every event against the journal's schema. */
export class MemoryRecorder implements Recorder {
  readonly events: EventBody[] = []
  syncs = 0

  write(event: EventBody): void {
    const line: unknown = JSON.parse(JSON.stringify(event))
    this.events.push(eventBodySchema.parse(line))
  }

  async sync(): Promise<void> {
    this.syncs++
  }

  of<T extends EventBody['type']>(type: T): Extract<EventBody, { type: T }>[] {
    return this.events.filter((event) => event.type === type) as Extract<EventBody, { type: T }>[]
  }

  get types(): string[] {
    return this.events.map((event) => event.type)
  }
}

/** A lab of a domain that needs no sandboxes; counts how many were opened and closed. */
export function noSandboxes() {
  const count = { opened: 0, closed: 0 }
  const openLab = (seed: string, signal: AbortSignal): Lab & AsyncDisposable => {
    count.opened++
    return {
      seed,
      signal,
      open: () => Promise.reject(new Error('this lab has no sandboxes')),
      pod: () => Promise.reject(new Error('this lab has no pods')),
      [Symbol.asyncDispose]: async () => {
        count.closed++
      },
    }
  }
  return { count, openLab }
}

export interface Tried {
  readonly end: TrialEnd
  readonly recorder: MemoryRecorder
}

/** One trial in memory. Times are short: an agent that is told to stop has a twentieth of a second. */
export async function tryOut(
  agent: Agent,
  options: { task?: Task; domain?: Domain; recorder?: MemoryRecorder } & Partial<
    Omit<TrialSetup, 'task' | 'domain' | 'agent' | 'recorder'>
  > = {},
): Promise<Tried> {
  const recorder = options.recorder ?? new MemoryRecorder()
  const { task = memoryTask(), domain = memoryDomain() } = options
  const end = await runTrial({
    identity: {
      suite: 'memory',
      task: task.id,
      agent: agent.name,
      model: options.model?.name ?? null,
      sample: 1,
    },
    attempt: 1,
    seed: 'seed',
    openLab: noSandboxes().openLab,
    signal: new AbortController().signal,
    graceSeconds: 0.05,
    ...options,
    agent,
    task,
    domain,
    recorder,
  })
  return { end, recorder }
}

/** What a scripted model says next: text, tool calls, or an error to throw. */
export type Line = string | { text?: string; calls: [name: string, input: unknown][] } | Error

/** A model that says its lines in order, whatever it is asked; keeps what it was asked. */
export function modelSaying(
  lines: readonly Line[] | ((request: ModelRequest, turn: number) => Line),
  options: { inputTokens?: number; outputTokens?: number; costUsd?: number | null } = {},
): Model & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = []
  const lineOf = typeof lines === 'function' ? lines : (_: ModelRequest, turn: number) => lines[turn]
  return {
    name: 'memory/scripted',
    asked,
    async generate(request): Promise<ModelReply> {
      const turn = asked.push(request) - 1
      const line = lineOf(request, turn)
      if (line === undefined) throw new Error(`the script has no line ${turn + 1}`)
      if (line instanceof Error) throw line
      return {
        message: messageFrom(line, turn),
        finish: typeof line === 'string' ? 'stop' : 'tool-calls',
        usage: {
          inputTokens: options.inputTokens ?? 10,
          outputTokens: options.outputTokens ?? 5,
          cachedInputTokens: 0,
          reasoningTokens: 0,
        },
        costUsd: options.costUsd === undefined ? 0.001 : options.costUsd,
        cached: false,
        attempts: 1,
        seconds: 0,
      }
    },
  }
}

function messageFrom(line: Exclude<Line, Error>, turn: number): Extract<Message, { role: 'assistant' }> {
  if (typeof line === 'string') return { role: 'assistant', text: line }
  const toolCalls = line.calls.map(([name, input], at) => ({ callId: `call-${turn}-${at}`, name, input }))
  return { role: 'assistant', text: line.text ?? '', toolCalls }
}
