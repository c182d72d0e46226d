import { createHash } from 'node:crypto'
import { Html, html } from '../../../pages/html.ts'
import { style } from '../../../pages/style.ts'
import { countOf, durationOf } from '../../report/words.ts'
import { escapesOf } from '../escapes.ts'
import { distrustOf, isVoid } from '../report.ts'
import type { AuditReport, TaskAudit } from '../schema.ts'
import { askedOf, conclusionOf, hasMutants, lintsOf, taskName, voidOf } from '../words.ts'
import { lookSection } from './looks.ts'
import { escapePlot, fates, mutantPlot, timePartsOf, timePlot } from './plots.ts'
import { auditScript, auditStyle } from './style.ts'

/**
 * An audit as one HTML file that needs nothing else. Everything that a suite or a design wrote is hostile text here;
 * pictures stand in it as images only. Links lead to the files beside it.
 */
export async function auditPage(report: AuditReport): Promise<string> {
  const hash = createHash('sha256').update(auditScript).digest('base64')
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const names = report.settings.suites.map(({ name }) => name).join(', ')
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Touchstone audit: ${names}</title>
<style>${new Html(style + auditStyle)}</style>
<main>
<h1>Audit of ${names}</h1>
<p class="dim">Begun ${new Date(report.settings.createdAt).toUTCString()}; ${askedOf(report)}</p>
${tiles(report)}
${conclusion(report)}
${distrustSection(report)}
${lintSection(report)}
${voidSection(report)}
${plots(report)}
${checkSection(report)}
${taskSection(report)}
${await lookSection(report)}
${originSection(report)}
</main>
<script>${new Html(auditScript)}</script>
</html>
`.text
}

function tiles({ totals, planned, done, tasks }: AuditReport): Html {
  const tile = (figure: string, what: string) =>
    html`<div class="tile"><b>${figure}</b><span>${what}</span></div>`
  const { oracle } = totals
  const judged = oracle.solved + oracle.unsolved + oracle.rejected
  const attacks = totals.attacks.reduce((sum, { applied }) => sum + applied, 0)
  const solving = totals.attacks.reduce((sum, { solved }) => sum + solved, 0)
  const mutants = tasks.reduce((sum, task) => sum + task.mutants.length, 0)
  const blind = tasks.filter((task) => escapesOf(task).length > 0).length
  return html`<div class="tiles">${tile(done < planned ? `${done} / ${planned}` : `${done}`, 'tasks audited')}
${tile(`${oracle.solved} / ${judged}`, 'oracles solve')}
${tile(`${(attacks - solving).toLocaleString('en')} / ${attacks.toLocaleString('en')}`, 'attacks refused')}
${mutants > 0 ? [tile(mutants.toLocaleString('en'), 'mutants judged'), tile(`${totals.escapes}`, 'wrong, but pass the ordinary check'), tile(`${blind}`, 'tasks that cannot tell')] : []}</div>`
}

function conclusion(report: AuditReport): Html {
  const state = report.distrust.length > 0 ? 'bad' : report.trusted ? 'good' : 'open'
  return html`<div class="card verdict ${state}">${conclusionOf(report)}</div>`
}

function distrustSection(report: AuditReport): Html {
  if (report.distrust.length === 0) return html``
  return html`<section><h2>Reasons not to trust a judge</h2><div class="card"><table><tbody>
${report.distrust.map((one) => html`<tr><td class="left name">${taskName(report, one)}</td><td class="left">${one.message}</td></tr>`)}
</tbody></table></div></section>`
}

function lintSection(report: AuditReport): Html {
  const kinds = lintsOf(report)
  if (kinds.length === 0) return html``
  return html`<section><h2>Odd about the tasks themselves</h2><p class="dim">An answer may be right and do less than one would think. This says nothing about a judge.</p><div class="card"><table><tbody>
${kinds.flatMap(({ kind, found }) => found.map(({ task, messages }) => html`<tr><td class="left name">${taskName(report, task)}</td><td class="left">${kind}</td><td class="left">${messages.join('; ')}</td></tr>`))}
</tbody></table></div></section>`
}

function voidSection(report: AuditReport): Html {
  const rows = report.tasks.filter(isVoid).flatMap((task) => voidOf(task).map((one) => ({ task, ...one })))
  if (rows.length === 0) return html``
  return html`<section><h2>Void</h2><p class="dim">The infrastructure or the key failed here. This says nothing about a judge and is in no count.</p><div class="card"><table><tbody>
${rows.map(({ task, steps, step }) => html`<tr><td class="left name">${taskName(report, task)}</td><td class="left">${steps}</td><td class="left">${step.message}</td></tr>`)}
</tbody></table></div></section>`
}

function plots(report: AuditReport): Html {
  const figure = (title: string, plot: Html | undefined, caption: string | Html) =>
    plot
      ? html`<figure class="card"><h3>${title}</h3>${plot}<figcaption>${caption}</figcaption></figure>`
      : html``
  const legend = (keys: readonly { name: string; color: string }[]) =>
    html`${keys.map(({ name, color }) => html`<span class="key"><i style="background: ${color}"></i>${name}</span>`)}`
  return html`<section><div class="plots">
${figure('What became of wrong answers', mutantPlot(report.totals), legend(fates))}
${figure('Tasks that let wrong answers pass', escapePlot(report), 'Mutants that pass the ordinary check and that a proof refutes; first the tasks that miss what others notice, at most 20.')}
${figure('Time of every task', timePlot(report), legend(timePartsOf(report)))}
</div></section>`
}

function checkSection(report: AuditReport): Html {
  const row = (what: string, good: number, bad: number, other: number | string = '') =>
    html`<tr><td class="left name">${what}</td><td>${good + bad}</td><td>${good}</td><td class="${bad > 0 ? 'bad' : ''}"><b>${bad}</b></td><td>${other}</td></tr>`
  const { oracle, agreement, controls, nop, attacks } = report.totals
  // Where there are no mutants, the attacks are what the page is looked at for.
  const details = hasMutants(report) ? html`<details>` : html`<details open>`
  return html`<section><h2>Checks</h2><div class="card"><table><thead><tr><th class="left">check</th><th>tasks</th><th>as it should be</th><th>not so</th><th>fails without being rejected</th></tr></thead><tbody>
${row('the oracle solves', oracle.solved, oracle.unsolved + oracle.rejected)}
${row('two judgements agree', agreement.agree, agreement.differ)}
${controls.map(({ name, low, high, within, outside }) => row(`${name} within ${low} to ${high}`, within, outside))}
${row('nop does not solve', nop.refused, nop.solved)}
</tbody></table>
${details}<summary>${countOf(attacks.length, 'attack')}</summary><table><thead><tr><th class="left">attack</th><th>tasks</th><th>refused</th><th>solves</th><th>fails without being rejected</th></tr></thead><tbody>
${attacks.map(({ name, refused, otherwise, solved }) => row(name, refused + otherwise, solved, otherwise))}
</tbody></table></details></div></section>`
}

function taskSection(report: AuditReport): Html {
  const { tasks } = report
  const withMutants = hasMutants(report)
  const kinds = withMutants ? 'a task, escapes, void, distrust, a kind of mutant' : 'a task, void, distrust'
  const heads = withMutants
    ? html`<th>mutants killed</th><th>passed, refuted</th><th>unknown</th><th>equivalent</th>`
    : html``
  return html`<section><h2>Tasks</h2>
<p class="filter"><input type="search" placeholder="filter, e.g. ${kinds}" aria-label="Filter tasks"> <span id="shown" class="dim">${countOf(tasks.length, 'task')}</span></p>
<div class="card trials"><table><thead><tr><th class="left">task</th><th class="left">oracle</th><th class="left">twice</th><th class="left">nop</th><th>attacks refused</th>${heads}<th>time</th></tr></thead><tbody>
${tasks.map((task) => taskLine(report, task, withMutants))}
</tbody></table></div></section>`
}

function taskLine(report: AuditReport, task: TaskAudit, withMutants: boolean): Html {
  const { oracle, differs, nop, attacks, mutants, seconds } = task
  const survived = (proof: string) =>
    mutants.filter((one) => one.ordinary === 'survived' && one.proof === proof).length
  const killed = mutants.filter(({ ordinary }) => ordinary === 'killed').length
  const legal = mutants.filter(({ ordinary }) => ordinary !== 'invalid').length
  const escapes = survived('refuted')
  const refused = attacks.filter(({ outcome }) => outcome !== 'solved').length
  const outcome = (of: TaskAudit['oracle'], good: boolean) =>
    of === null
      ? html`<td class="left dim">${task.hasOracle ? 'void' : 'none'}</td>`
      : html`<td class="left ${good ? '' : 'bad'}"><b>${of.outcome}</b> <span class="dim">${of.reason}</span></td>`
  const ofMutants = withMutants
    ? html`<td>${killed} / ${legal}</td><td class="${escapes > 0 ? 'blind' : ''}">${escapes > 0 ? html`<b>${escapes}</b>` : 0}</td><td>${survived('unknown')}</td><td>${survived('benign')}</td>`
    : html``
  const seek = [
    ...(escapes > 0 ? ['escapes'] : []),
    ...(isVoid(task) ? ['void'] : []),
    ...(distrustOf(task).length > 0 ? ['distrust'] : []),
  ]
  return html`<tr data-task="${taskName(report, task)}" data-filter="${[taskName(report, task), oracle?.reason ?? '', ...seek].join(' ').toLowerCase()}"><td class="left name">${taskName(report, task)}</td>
${outcome(oracle, oracle?.outcome === 'solved')}<td class="left ${differs && differs.length > 0 ? 'bad' : ''}">${differs === null ? '–' : differs.length === 0 ? 'same' : html`<b>differ</b>`}</td>
${outcome(nop, nop?.outcome !== 'solved')}<td class="${refused < attacks.length ? 'bad' : ''}">${refused < attacks.length ? html`<b>${refused}</b>` : refused} / ${attacks.length}</td>
${ofMutants}<td>${durationOf(Object.values(seconds).reduce((sum, part) => sum + part, 0))}</td></tr>
`
}

function originSection({ settings }: AuditReport): Html {
  const line = (name: string, value: string) =>
    html`<tr><td class="left">${name}</td><td class="left"><code>${value}</code></td></tr>`
  return html`<section><h2>Where this comes from</h2><div class="card"><table><tbody>
${settings.suites.map(({ name, source, version, licence, protocol }) => line(`suite ${name}`, [source, version, licence, ...(protocol ? [protocol] : [])].join(', ')))}
${Object.entries(settings.judges).map(([name, version]) => line(`judge ${name}`, version))}
${Object.entries(settings.tools).map(([name, version]) => line(name, version))}
</tbody></table></div></section>`
}
