import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { deed, orLimit } from '../../../core/actions.ts'
import type { Observation } from '../../../core/environment.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { TorchPython } from '../python.ts'
import { cut, failure } from './workbench.ts'

const compileSeconds = 240

const told = z.object({ ok: z.boolean(), log: z.string(), seconds: z.number().optional() })
const saidSchema = z.object({
  cpp: told.optional(),
  cuda: told.optional(),
  python: told.optional(),
  /** Absent where a GPU is there, which compiles Triton's kernels when they are tested. */
  triton: told.optional(),
})
/** What compilers and Python said of the answer's files that are there. */
export type Compiled = z.infer<typeof saidSchema>

/** Registers, spills and shared memory of one kernel for a GPU, as ptxas counts them. */
export interface KernelUse {
  readonly kernel: string
  /** `sm_90`. */
  readonly architecture: string
  readonly registers: number
  readonly spillStores: number
  readonly spillLoads: number
  readonly sharedBytes: number
}

/**
 * Compiles what of an answer lies in the sandbox, and imports it: what it compiles by itself is compiled too. Undefined
 * where nothing came back in time.
 */
export async function compileIn(
  sandbox: Sandbox,
  python: TorchPython,
  signal: AbortSignal | undefined,
): Promise<Compiled | undefined> {
  const program = await readFile(new URL('compile.py', import.meta.url), 'utf8')
  const options = { timeoutSeconds: compileSeconds, ...(signal && { signal }) }
  const run = orLimit(await sandbox.exec([python.path, '-s', '-B', '-c', program], options))
  signal?.throwIfAborted()
  const line = new TextDecoder().decode(run.stdout).trim().split('\n').at(-1) ?? ''
  try {
    return saidSchema.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

export function compileDeed(sandbox: Sandbox, python: TorchPython) {
  return deed({
    description:
      'Compiles kernel.cpp by g++ (-O3 -march=native -fopenmp) and tells which loops became vector instructions; compiles kernel.cu by nvcc and tells registers, spills and shared memory of each kernel; imports model_new.py. Where there is no GPU and it uses Triton, compiles the kernels that forward launches for inputs of the problem. What is not there is left out.',
    input: z.object({}),
    async run(_, signal): Promise<Observation> {
      const compiled = await compileIn(sandbox, python, signal)
      if (!compiled)
        return failure(`compiling and importing did not come to an end within ${compileSeconds} s`)
      const parts = Object.entries(compiled)
      if (parts.length === 0) return failure('there is no kernel.cpp, no kernel.cu and no model_new.py yet')
      const kernels = kernelsIn(`${compiled.cuda?.log ?? ''}\n${compiled.triton?.log ?? ''}`)
      return {
        ok: parts.every(([, part]) => part?.ok),
        text: cut(compiledText(compiled)),
        data: { kernels: kernels.map((kernel) => ({ ...kernel })) },
      }
    },
  })
}

export function compiledText({ cpp, cuda, python, triton }: Compiled): string {
  const files = [
    ['kernel.cpp', cpp],
    ['kernel.cu', cuda],
  ] as const
  const lines = files.flatMap(([path, part]) => {
    if (!part) return []
    const log = path === 'kernel.cu' && part.ok ? cudaText(part.log) : part.log.trim()
    return [`${path} ${part.ok ? 'compiles' : 'does not compile'}.`, ...(log === '' ? [] : [log])]
  })
  if (python)
    lines.push(
      python.ok
        ? `model_new.py is imported in ${python.seconds?.toFixed(2)} s.`
        : `model_new.py cannot be imported:\n${python.log.trim()}`,
    )
  if (triton) lines.push(tritonText(triton))
  return lines.join('\n')
}

function tritonText({ ok, log }: z.infer<typeof told>): string {
  if (!ok)
    return `Triton's kernels are not compiled: forward does not come to an end on the processor, where launches only compile.\n${log.trim()}`
  if (log === '') return 'forward launches no kernel of Triton.'
  return `Triton compiles, for the problem's own inputs and the first choice of every @triton.autotune:\n${cudaText(log)}\nThere is no GPU here: nothing of it was run.`
}

function cudaText(log: string): string {
  const kernels = kernelsIn(log)
  if (kernels.length === 0) return log.trim()
  return kernels
    .map(({ kernel, architecture, registers, spillStores, spillLoads, sharedBytes }) => {
      const spills =
        spillStores + spillLoads === 0
          ? 'no spills'
          : `spills ${spillStores} bytes stored, ${spillLoads} bytes loaded: use fewer live values, or smaller tiles`
      return `- ${kernel} for ${architecture}: ${registers} registers a thread, ${sharedBytes} bytes of shared memory, ${spills}`
    })
    .join('\n')
}

/** Kernels in what `ptxas -v` says, in its order. */
export function kernelsIn(log: string): KernelUse[] {
  return log
    .split(/^ptxas info\s*: Compiling entry function /m)
    .slice(1)
    .map((part) => {
      const number = (pattern: RegExp) => Number(pattern.exec(part)?.[1] ?? 0)
      return {
        kernel: /^'([^']+)'/.exec(part)?.[1] ?? 'kernel',
        architecture: /^'[^']+' for '([^']+)'/.exec(part)?.[1] ?? 'an unknown GPU',
        registers: number(/Used (\d+) registers/),
        spillStores: number(/(\d+) bytes spill stores/),
        spillLoads: number(/(\d+) bytes spill loads/),
        sharedBytes: number(/(\d+) bytes smem/),
      }
    })
}
