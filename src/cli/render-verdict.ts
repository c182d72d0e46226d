import pc from 'picocolors'
import type { Verdict } from '../core/verdict.ts'
import { safeText } from '../pages/text.ts'

const colours = { solved: pc.green, unsolved: pc.yellow, rejected: pc.red }

/** A verdict as a person reads it. */
export function renderVerdict(verdict: Verdict): string {
  const lines = [
    `${pc.bold(colours[verdict.outcome](verdict.outcome))} (${verdict.reason}), score ${Math.round(verdict.score * 1000) / 1000}`,
  ]
  for (const finding of verdict.findings) {
    const at = finding.at ? `${safeText(finding.at)}: ` : ''
    lines.push(`  ${finding.severity} ${finding.code}: ${at}${safeText(finding.message, true)}`)
  }
  for (const { name, value, unit } of verdict.metrics)
    lines.push(`  ${name} = ${Number(value.toPrecision(6))}${unit === '1' ? '' : ` ${unit}`}`)
  for (const { name, content } of verdict.evidence)
    lines.push(`  evidence ${safeText(name)} (${content.byteLength} bytes)`)
  for (const what of verdict.unchecked) lines.push(`  not checked: ${safeText(what)}`)
  const tools = Object.entries(verdict.tools).map(([name, version]) => `${name} ${version}`)
  lines.push(
    pc.dim(
      `  judged by ${verdict.judge.name} ${verdict.judge.version}${tools.length ? `, ${tools.join(', ')}` : ''}`,
    ),
  )
  return lines.join('\n')
}
