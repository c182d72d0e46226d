import type { Submission } from '../../core/submission.ts'

/** Lines kept around a change, and the most that is kept of a change. */
const around = 2
const mostLines = 80
/** Lines compared at most, on both sides together: beyond it the work would grow with their product. */
const mostCompared = 4000

/**
 * What changed between two submissions, line by line: `- ` was, `+ ` became, two spaces for the lines around it, `…`
 * where others are left out. Named by file where there are several.
 */
export function changeOf(before: Submission, after: Submission): string {
  const [old, now] = [textsOf(before), textsOf(after)]
  const lines: string[] = []
  for (const path of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(path) ?? '', now.get(path) ?? '']
    if (a === b) continue
    if (old.size + now.size > 2) lines.push(path)
    lines.push(...linesChanged(a.trimEnd().split('\n'), b.trimEnd().split('\n')))
  }
  return lines.length > mostLines
    ? [...lines.slice(0, mostLines), `… ${lines.length - mostLines} lines more`].join('\n')
    : lines.join('\n')
}

function textsOf(submission: Submission): Map<string, string> {
  if (submission.kind === 'text') return new Map([['', submission.text]])
  return new Map([...submission.files].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]))
}

function linesChanged(a: readonly string[], b: readonly string[]): string[] {
  if (a.length + b.length > mostCompared) return [`… ${a.length} lines became ${b.length}`]
  const marked = compared(a, b)
  const near = marked.map((_, index) =>
    marked.slice(Math.max(0, index - around), index + around + 1).some((line) => !line.startsWith('  ')),
  )
  return marked.flatMap((line, index) =>
    near[index] ? [line] : near[index - 1] === true || (index === 0 && near.includes(true)) ? ['…'] : [],
  )
}

/** Every line marked as kept, gone or new, by the longest common subsequence (Wagner and Fischer, 1974). */
function compared(a: readonly string[], b: readonly string[]): string[] {
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
  const lines: string[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      lines.push(`  ${a[i++]}`)
      j++
    } else if (
      i < a.length &&
      (j === b.length || lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)
    )
      lines.push(`- ${a[i++]}`)
    else lines.push(`+ ${b[j++]}`)
  }
  return lines
}
