import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { cut, failure, inWork, runIn, textAt } from './workbench.ts'

const write = z.object({ path: z.string(), text: z.string() })
const read = z.object({ path: z.string() })
const bash = z.object({
  command: z.string().describe('what bash is to run; may have many lines'),
  timeout_seconds: z
    .number()
    .positive()
    .max(600)
    .default(60)
    .describe('after which it is killed, at most 600'),
})

/** `write`, `read` and `bash`. */
export function fileDeeds(sandbox: Sandbox) {
  return {
    write: deed({
      description: 'Writes a file in the work directory, replacing what was there.',
      input: write,
      async run({ path, text }) {
        const place = inWork(path)
        await sandbox.write(fileSet({ [place]: text }))
        return { ok: true, text: `wrote ${place}, ${text.split('\n').length} lines` }
      },
    }),
    read: deed({
      description: 'Shows a file of the work directory.',
      input: read,
      async run({ path }) {
        const text = await textAt(sandbox, path)
        if (text !== undefined) return { ok: true, text: cut(text) || '(empty)' }
        const there = (await sandbox.list()).slice(0, 50).join(', ') || 'none'
        return failure(`there is no file ${path}; there are: ${there}`)
      },
    }),
    bash: deed({
      description:
        'Runs a command in a new bash in the work directory, with nothing on its standard input, and shows what it prints. Nothing stays but files.',
      input: bash,
      async run({ command, timeout_seconds }, signal) {
        const { run, log } = await runIn(sandbox, ['bash', '-c', command], {
          seconds: timeout_seconds,
          signal,
        })
        const end = run.timedOut
          ? `[killed after ${timeout_seconds} s]`
          : run.exitCode === 0
            ? ''
            : `[${run.exitCode === null ? `ended by ${run.signal}` : `exit code ${run.exitCode}`}]`
        const text = [cut(log).trimEnd(), end].filter((part) => part !== '').join('\n')
        return {
          ok: run.exitCode === 0 && !run.timedOut,
          text: text || '(it printed nothing)',
          data: { exit_code: run.exitCode, timed_out: run.timedOut },
        }
      },
    }),
  }
}
