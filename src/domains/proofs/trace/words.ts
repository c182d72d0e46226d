import type { State } from './schema.ts'

/** A state as one text: hypotheses line by line, `⊢` and the conclusion; goals in focus parted by empty lines. */
export function stateText({ goals }: State): string {
  return goals
    .map(({ name, hypotheses, conclusion }) =>
      [
        ...(name === undefined ? [] : [`case ${name}`]),
        ...hypotheses.map(({ names, type, body }) =>
          body === undefined ? `${names.join(' ')} : ${type}` : `${names.join(' ')} : ${type} := ${body}`,
        ),
        `⊢ ${conclusion}`,
      ].join('\n'),
    )
    .join('\n\n')
}
