import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { cut, failure, textAt } from './workbench.ts'

const write = z.object({ path: z.string(), text: z.string() })
const read = z.object({ path: z.string() })

/** `write` and `read`. */
export function fileDeeds(sandbox: Sandbox) {
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
  }
}
