import { type Html, html } from '../../../pages/html.ts'
import { countOf, durationOf, percentOf } from '../../../pages/words.ts'
import type { Repair } from '../../engine/record.ts'
import type { ForgeReport, ReasonRow, ReportItem } from '../schema.ts'
import { outcomeWords } from '../words.ts'

/** Characters of a log that the page shows: its end. */
const mostLog = 3000
/** Below it a decision is marked. */
const littleConfidence = 0.7

/** Why items fell: each reason opens its items, with messages and logs. */
export function reasonSection({ reasons, items }: ForgeReport): Html {
  if (reasons.length === 0) return html``
  return html`<section id="reasons"><h2>Why items fell</h2><div class="card">
${reasons.map((reason) => reasonLine(reason, items.filter(isOf(reason))))}
</div></section>`
}

function isOf({ outcome, stage, kind }: ReasonRow) {
  return ({ fallen, void: voided }: ReportItem): boolean =>
    outcome === 'fallen'
      ? fallen?.stage === stage && fallen.kind === kind
      : voided?.stage === stage && voided.code === kind
}

function reasonLine({ outcome, stage, kind, count, live }: ReasonRow, items: readonly ReportItem[]): Html {
  const services = live > 0 ? `, ${live} with a service` : ''
  return html`<details class="reason"><summary><b>${count}</b> <b>${kind}</b> <span class="chip ${outcome}">${outcome === 'void' ? 'void' : 'fell'}</span> <span class="dim">not ${stage}${services}</span></summary><ul>
${items.map(
  (
    item,
  ) => html`<li><a href="#${anchorOf('item', item)}"><b>${item.id}</b></a> <span class="dim">${item.category}</span><br>${messageOf(item)}${log(item)}</li>
`,
)}</ul></details>
`
}

const messageOf = ({ fallen, void: voided }: ReportItem) => fallen?.message ?? voided?.message ?? ''

function log(item: ReportItem): Html {
  const text = item.fallen?.log.trim() ?? ''
  if (text === '') return html``
  const cut = text.length > mostLog ? `… ${text.slice(-mostLog)}` : text
  return html`<details id="${anchorOf('log', item)}"><summary class="dim">log</summary><pre>${cut}</pre></details>`
}

/** Names have letters, digits, `.`, `_` and `-` only. */
const anchorOf = (what: 'item' | 'log', { id }: ReportItem) => `${what}-${id}`

/** Every item, with what was decided, what was seen, and what it took. */
export function itemSection({ items, found }: ForgeReport): Html {
  return html`<section><h2>Items</h2>
<p class="filter"><input type="search" placeholder="filter, e.g. a name, pwn, fell, live, a reason" aria-label="Filter items"> <span id="shown" class="dim">${countOf(found, 'item')}</span></p>
<div class="card items">
${items.map(itemLine)}
</div></section>`
}

function itemLine(item: ReportItem): Html {
  const { id, path, category, outcome, live, reached, fallen, void: voided } = item
  const kind = live === null ? '' : live ? 'live' : 'static'
  const why = fallen?.kind ?? voided?.code ?? ''
  const words = [id, path, category, outcome, outcomeWords[outcome], kind, why, reached, messageOf(item)]
  return html`<details class="item" id="${anchorOf('item', item)}" data-filter="${words.join(' ').toLowerCase()}"><summary><b>${id}</b> <span class="dim">${category}</span> <span class="chip ${outcome}">${outcomeWords[outcome]}</span>${kind ? html` <span class="chip">${kind}</span>` : ''} <span class="dim">${why}</span></summary><div class="inside">${inside(item)}</div></details>
`
}

function inside(item: ReportItem): Html {
  const {
    path,
    fallen,
    void: voided,
    reached,
    files,
    bytes,
    seconds,
    proof,
    audit,
    repairs,
    decisions,
  } = item
  const took = Object.entries(seconds).filter(([, sum]) => sum > 0)
  return html`<p class="dim">${path || '.'}${files > 0 ? html`; ${countOf(files, 'file')}, ${countOf(bytes, 'byte')}` : ''}${took.map(([step, sum]) => html`; ${step} ${durationOf(sum)}`)}; reached: ${reached}</p>
${fallen || voided ? html`<p><b>${messageOf(item)}</b>${fallen?.log.trim() ? html` <a href="#${anchorOf('log', item)}">log</a>` : ''}</p>` : ''}
${decisions.length > 0 ? decisionTable(decisions) : ''}
${proof && Object.keys(proof).length > 0 ? html`<table><thead><tr><th class="left">proof</th><th class="left"></th></tr></thead><tbody>${Object.entries(proof).map(([name, value]) => html`<tr><td class="left">${name}</td><td class="left">${String(value)}</td></tr>`)}</tbody></table>` : ''}
${audit ? html`<p>Audit: ${audit.ok ? 'nothing speaks against its judge' : audit.findings.join('; ')}</p>` : ''}
${repairs.map(repairPart)}`
}

function decisionTable(decisions: ReportItem['decisions']): Html {
  return html`<table><thead><tr><th class="left">decision</th><th class="left">choice</th><th class="left">why</th><th>confidence</th></tr></thead><tbody>
${decisions.map(
  ({ what, choice, why, confidence }) =>
    html`<tr><td class="left">${what}</td><td class="left name">${choice}</td><td class="left">${why}</td><td class="sure ${confidence < littleConfidence ? 'low' : ''}">${percentOf(confidence)}</td></tr>`,
)}</tbody></table>`
}

function repairPart(
  { kind, message, changed, requests, costUsd, costKnown, seconds }: Repair,
  at: number,
): Html {
  const cost = `${costKnown ? '' : 'at least '}$${costUsd.toFixed(4)}`
  return html`<p>Repair ${at + 1}, after <b>${kind}</b>: ${message} <span class="dim">${countOf(requests, 'request')}, ${cost}, ${durationOf(seconds)}</span></p>
<ul>${changed.map(({ path, before, after }) => html`<li><code>${path}</code>: <code>${before ?? 'nothing'}</code> became <code>${after ?? 'nothing'}</code></li>`)}</ul>`
}
