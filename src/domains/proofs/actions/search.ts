import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import type { Desk } from './desk.ts'
import { cut, failure } from './workbench.ts'

const input = z.object({
  by: z
    .enum(['name', 'type', 'words'])
    .describe('name: part of a name; type: a pattern like "_ + 0 = _"; words: of names and statements'),
  text: z.string(),
  state: z
    .string()
    .optional()
    .describe('whose context is searched; that of the last opened proof where absent'),
  most: z.number().int().min(1).max(100).default(20),
})

/** `search`. */
export function searchDeed(desk: Desk) {
  return deed({
    description:
      'Finds definitions and lemmas that the context of a proof knows, with their full names. Import more with "before" when you open a proof to find more.',
    input,
    async run({ by, text, state, most }) {
      const proof = state === undefined ? desk.proof(undefined) : desk.find(state).proof
      if (!proof) return failure('no proof is open: call "open" first')
      const found = await proof.session.search({ by, text, most })
      const lines = found.map(({ name, statement }) => `${name} : ${cut(statement, 600)}`)
      return {
        ok: true,
        text: cut(lines.join('\n')) || 'nothing is found',
        data: found.map(({ name, statement }) => ({ name, statement })),
      }
    },
  })
}
