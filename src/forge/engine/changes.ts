import type { Change } from './record.ts'

const mostChanges = 50
const mostCharacters = 300

/** What differs between two plans, value by value, where it stands in them. Long values are cut. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const changes: Change[] = []
  const compare = (path: string, one: unknown, other: unknown): void => {
    if (changes.length >= mostChanges || JSON.stringify(one) === JSON.stringify(other)) return
    if (isTree(one) && isTree(other)) {
      for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
        compare(path ? `${path}.${key}` : key, one[key], other[key])
      return
    }
    changes.push({ path, before: shown(one), after: shown(other) })
  }
  compare('', before, after)
  return changes
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function shown(value: unknown): string | null {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text === undefined) return null
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)} …` : text
}
