import { z } from 'zod'
import { deed, orLimit } from '../../../core/actions.ts'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { TorchPython } from '../python.ts'
import { cut, failure, textAt } from './workbench.ts'

const mostSeconds = 300

const write = z.object({ path: z.string(), text: z.string() })
const read = z.object({ path: z.string() })
const bash = z.object({
  command: z.string().describe('what bash is to run; may have many lines'),
  seconds: z.number().positive().max(mostSeconds).default(60).describe('wall time after which it is killed'),
})

/** `write`, `read` and `bash`. */
export function fileDeeds(sandbox: Sandbox, python: TorchPython) {
  return {
    write: deed({
      description: 'Writes a file in the work directory, replacing what was there.',
      input: write,
      async run({ path, text }) {
        await sandbox.write(fileSet({ [path]: text }))
        return { ok: true, text: `wrote ${path}, ${text.split('\n').length} lines` }
      },
    }),
    read: deed({
      description: 'Shows a file of the work directory.',
      input: read,
      async run({ path }) {
        const text = await textAt(sandbox, path)
        if (text !== undefined) return { ok: true, text: cut(text) }
        const there = (await sandbox.list()).slice(0, 50).join(', ') || 'none'
        return failure(`there is no file ${path}; there are: ${there}`)
      },
    }),
    bash: deed({
      description: `Runs a command in the work directory and shows what it prints. Python ${python.python} with torch ${python.torch} is ${python.path} and finds touchstone_kernel; g++ is there. What runs longer than this command is killed with it.`,
      input: bash,
      async run({ command, seconds }, signal) {
        const run = orLimit(
          await sandbox.exec(['bash', '-c', command], { timeoutSeconds: seconds, ...(signal && { signal }) }),
        )
        signal?.throwIfAborted()
        const said = [run.stdout, run.stderr]
          .map((bytes) => new TextDecoder().decode(bytes).trim())
          .filter((text) => text !== '')
        if (run.timedOut) said.push(`it was killed after ${seconds} s`)
        else if (run.exitCode !== 0) said.push(`exit code ${run.exitCode ?? run.signal}`)
        return { ok: run.exitCode === 0, text: cut(said.join('\n') || 'it printed nothing') }
      },
    }),
  }
}
