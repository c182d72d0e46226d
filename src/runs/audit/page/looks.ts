import { type Html, html } from '../../../pages/html.ts'
import { blindTasks, escapesOf } from '../escapes.ts'
import type { AuditReport, MutantRecord, TaskAudit } from '../schema.ts'
import { taskName } from '../words.ts'
import { EvidenceShow } from './evidence.ts'

/** The mutants that somebody should look at, each with what was changed and what shows the difference. */
export async function lookSection(report: AuditReport): Promise<Html> {
  const show = new EvidenceShow(report.directory)
  const parts: Html[] = []
  const blind = blindTasks(report).map(({ task, escapes }) => ({ task, mutants: escapes }))
  const ordered = [...blind, ...report.tasks.map((task) => ({ task, mutants: withoutEscapes(task) }))]
  for (const { title, about, takes } of groups) {
    const found = ordered.flatMap(({ task, mutants }) =>
      mutants.filter(takes).map((mutant) => ({ task, mutant })),
    )
    if (found.length === 0) continue
    const cards: Html[] = []
    for (const { task, mutant } of found) cards.push(await card(report, task, mutant, show))
    parts.push(
      html`<section><h2>${title} <span class="dim">${found.length}</span></h2><p class="dim">${about}</p>${cards}</section>`,
    )
  }
  return html`${parts}`
}

function withoutEscapes(task: TaskAudit): MutantRecord[] {
  const escapes = new Set(escapesOf(task))
  return task.mutants.filter((mutant) => !escapes.has(mutant))
}

const groups = [
  {
    title: 'Checks that a proof contradicts',
    about:
      'The ordinary check fails these, and a proof says that they are equivalent: one of the two is wrong.',
    takes: ({ ordinary, proof }: MutantRecord) => ordinary === 'killed' && proof === 'benign',
  },
  {
    title: 'Wrong answers that pass the ordinary check',
    about:
      'Each is the reference with one small mistake. The ordinary check cannot tell it from a right answer; a proof can, and shows where.',
    takes: ({ ordinary, proof }: MutantRecord) => ordinary === 'survived' && proof === 'refuted',
  },
  {
    title: 'Answers that pass, and nobody knows',
    about: 'The ordinary check passes these, and the proof came to no end.',
    takes: ({ ordinary, proof }: MutantRecord) => ordinary === 'survived' && proof === 'unknown',
  },
]

async function card(
  report: AuditReport,
  task: TaskAudit,
  { name, kind, description, reason, change, evidence, ordinary, proof }: MutantRecord,
  show: EvidenceShow,
): Promise<Html> {
  const words = [
    taskName(report, task),
    name,
    kind,
    description,
    ordinary,
    proof,
    proof === 'refuted' ? 'escapes' : '',
  ]
  const lines = (change ?? '').split('\n').map((line) => {
    const mark = line.startsWith('- ') ? 'gone' : line.startsWith('+ ') ? 'new' : ''
    return html`<span class="${mark}">${line}</span>\n`
  })
  // Where no proof came to an end there is little to see, and often much of it.
  const body = html`<p>${reason}</p><pre>${lines}</pre>${await show.show(evidence)}`
  const head = html`${taskName(report, task)}: ${description} <span class="dim">${name}</span>`
  return html`<div class="card escape" data-task="${taskName(report, task)}" data-filter="${words.join(' ').toLowerCase()}">${proof === 'unknown' ? html`<details><summary>${head}</summary>${body}</details>` : html`<h3>${head}</h3>${body}`}</div>
`
}
