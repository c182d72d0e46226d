import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { Html, html } from '../../../pages/html.ts'
import { script, style } from '../../../pages/style.ts'
import type { Group, Report, Spread, TrialRow } from '../schema.ts'
import {
  agentOf,
  costOf,
  countOf,
  durationOf,
  effortCells,
  percentOf,
  policyOf,
  speedRows,
  voidWordsOf,
} from '../words.ts'
import { curvePlot, type Line } from './curves.ts'
import { outcomePlot, outcomes, passAtKPlot, passPlot, spreadPlot } from './plots.ts'

export interface PageOptions {
  /** The path of the run directory, relative to where the page lies. Default: the page lies in it. */
  readonly base?: string
}

/**
 * A report as one HTML file that needs nothing else: no network, no other file. Names of tasks, agents and reasons
 * are hostile text here. The only script filters rows, and the page's own policy lets no other run.
 */
export function reportPage(report: Report, { base = '' }: PageOptions = {}): string {
  const title = `Touchstone: ${basename(resolve(report.directory))}`
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const suites = [...new Set(report.groups.map(({ suite }) => suite))]
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<style>${new Html(style)}</style>
<main>
${header(report)}
${warnings(report)}
${suites.map((suite) => suiteSection(report, suite))}
<p class="dim">${report.intervals}.</p>
${trialSection(report, base)}
${originSection(report)}
</main>
<script>${new Html(script)}</script>
</html>
`.text
}

function header({ directory, manifest, groups, planned, judged }: Report): Html {
  const solved = groups.reduce((sum, group) => sum + group.solved, 0)
  const cost = {
    costUsd: groups.reduce((sum, group) => sum + group.costUsd, 0),
    costKnown: groups.every((group) => group.costKnown),
  }
  const tokens = groups.reduce((sum, group) => sum + group.inputTokens + group.outputTokens, 0)
  const tile = (figure: string, what: string) =>
    html`<div class="tile"><b>${figure}</b><span>${what}</span></div>`
  return html`<h1>${basename(resolve(directory))}</h1>
<p class="dim">Begun ${new Date(manifest.createdAt).toUTCString()}, ${countOf(manifest.sittings.length, 'sitting')}, seed <code>${manifest.seed}</code></p>
<div class="tiles">${tile(planned.toLocaleString('en'), 'trials planned')}${tile(judged.toLocaleString('en'), 'judged')}${tile(
    solved.toLocaleString('en'),
    'solved',
  )}${tile(tokens.toLocaleString('en'), 'tokens')}${tile(costOf(cost), cost.costKnown ? 'cost' : 'cost, a lower bound')}</div>`
}

function warnings(report: Report): Html {
  const { open, planned, problems, directory } = report
  const lines = [
    ...(open > 0
      ? [
          html`${countOf(open, 'trial')} of ${planned} not done. To go on: <code>touchstone resume ${directory}</code>`,
        ]
      : []),
    ...voidWordsOf(report).map((words) => html`${words}`),
    ...problems.map((problem) => html`${problem}`),
  ]
  return lines.length > 0
    ? html`<div class="card warning"><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></div>`
    : html``
}

function suiteSection({ groups: all, manifest, trials }: Report, suite: string): Html {
  const groups = all.filter((group) => group.suite === suite)
  const about = manifest.suites.find(({ name }) => name === suite)
  const notes = [...new Set(groups.flatMap(policyOf))]
  const samples = Math.max(...groups.map(({ passAtK }) => passAtK.filter(({ estimate }) => estimate).length))
  const figure = (title: string, plot: Html | undefined, caption: string | Html) =>
    plot
      ? html`<figure class="card"><h3>${title}</h3>${plot}<figcaption>${caption}</figcaption></figure>`
      : html``
  const spread = 'All trials thin, the middle half thick, the median a line, the 95th percentile a ring.'
  return html`<section>
<h2>${suite}</h2>
<p class="dim">${about ? `${countOf(about.tasks, 'task')}, version ${about.version}, licence ${about.licence}. ${about.description}` : ''}</p>
${notes.length > 0 ? html`<div class="card notes"><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></div>` : html``}
<div class="card">${groupTable(groups)}</div>
<div class="plots">
${figure('Solved at the first try', passPlot(groups), 'pass@1 over tasks, with its 95 % interval.')}
${samples > 1 ? figure('Solved within k samples', passAtKPlot(groups), 'pass@k over tasks, with its 95 % interval.') : html``}
${figure('How trials ended', outcomePlot(groups), legend())}
${figure('Agent’s time', spreadPlot(groups, 'agentSeconds'), spread)}
${figure('Judge’s time', spreadPlot(groups, 'judgeSeconds'), spread)}
${figure('Cost', spreadPlot(groups, 'costPerTrial'), spread)}
${curves(trials, groups).map(({ title, plot }) => figure(title, plot, 'A line a trial, a step at each candidate that was better than all before; a colour an agent.'))}
</div>
${speedTable(groups)}
<div class="card">${costTable(groups)}</div>
${effortTable(groups)}
${reasonTable(groups)}
</section>`
}

const legend = () =>
  html`${outcomes.map((outcome) => html`<span class="key"><i style="background: var(--${outcome})"></i>${outcome === 'open' ? 'not done' : outcome}</span>`)}`

function groupTable(groups: readonly Group[]): Html {
  const most = Math.max(...groups.map(({ passAtK }) => passAtK.length))
  const ks = [...new Set([1, ...(most >= 5 ? [5] : []), most])].sort((a, b) => a - b)
  const estimate = ({ passAtK, tasks }: Group, k: number) => {
    const at = passAtK.find((one) => one.k === k)
    if (!at?.estimate) return html`<td>–</td>`
    const { mean, low, high } = at.estimate
    const few = at.tasks < tasks ? `, ${at.tasks} tasks` : ''
    return html`<td><b>${percentOf(mean)}</b> <span class="interval">${percentOf(low)} – ${percentOf(high)}${few}</span></td>`
  }
  return html`<table><thead><tr><th class="left">agent</th><th>trials</th><th>solved</th><th>unsolved</th><th>rejected</th><th>void</th>
${ks.map((k) => html`<th>pass@${k}</th>`)}</tr></thead><tbody>
${groups.map(
  (
    group,
  ) => html`<tr><td class="left name">${agentOf(group)}</td><td>${group.open > 0 ? `${group.judged + group.void} / ${group.planned}` : group.planned}</td>
<td>${group.solved}</td><td>${group.unsolved}</td><td>${group.rejected}</td><td>${group.void}</td>${ks.map((k) => estimate(group, k))}</tr>`,
)}</tbody></table>`
}

function costTable(groups: readonly Group[]): Html {
  const times = (spread: Spread | null) =>
    spread
      ? html`<td>${durationOf(spread.median)}</td><td>${durationOf(spread.p95)}</td>`
      : html`<td>–</td><td>–</td>`
  return html`<table><thead><tr><th class="left">agent</th><th>tokens in</th><th>tokens out</th><th>cost</th><th>agent’s time, median</th><th>95 %</th><th>judge’s time, median</th><th>95 %</th></tr></thead><tbody>
${groups.map(
  (group) =>
    html`<tr><td class="left name">${agentOf(group)}</td><td>${group.inputTokens.toLocaleString('en')}</td><td>${group.outputTokens.toLocaleString('en')}</td><td>${costOf(group)}</td>${times(group.agentSeconds)}${times(group.judgeSeconds)}</tr>`,
)}</tbody></table>`
}

/** Best score against dollars, or tokens where a price is missing, and against machine time. */
function curves(trials: readonly TrialRow[], groups: readonly Group[]): { title: string; plot: Html }[] {
  const keyOf = ({ suite, agent, model }: Pick<Group, 'suite' | 'agent' | 'model'>) =>
    JSON.stringify([suite, agent, model])
  const order = groups.map(keyOf)
  const lines = trials.flatMap((trial): Line[] => {
    const group = order.indexOf(keyOf(trial))
    if (group < 0 || !trial.tried) return []
    return [{ name: `${trial.task}, ${agentOf(trial)}, ${trial.sample}`, group, curve: trial.tried.curve }]
  })
  const money = curvePlot(lines, 'dollars')
  const title = (what: string) => `Best score against ${what}`
  return [
    { title: title(money ? 'dollars' : 'tokens'), plot: money ?? curvePlot(lines, 'tokens') },
    { title: title('machine time'), plot: curvePlot(lines, 'machine') },
  ].flatMap(({ title: name, plot }) => (plot ? [{ title: name, plot }] : []))
}

function speedTable(all: readonly Group[]): Html {
  const groups = all.filter(({ speedups }) => speedups)
  if (groups.length === 0) return html``
  return html`<div class="card"><table><thead><tr><th class="left">correct, and more than p times as fast</th>${groups.map((group) => html`<th>${agentOf(group)}</th>`)}</tr></thead><tbody>
${speedRows(groups).map(({ label, cells }) => html`<tr><td class="left">${label}</td>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
</tbody></table></div>`
}

function effortTable(all: readonly Group[]): Html {
  const groups = all.filter(({ effort }) => effort)
  if (groups.length === 0) return html``
  return html`<div class="card"><table><thead><tr><th class="left">agent</th><th>candidates</th><th>a trial</th><th>tokens each</th><th>cost each</th><th>machine time each</th><th>all</th></tr></thead><tbody>
${groups.map((group) => html`<tr><td class="left name">${agentOf(group)}</td>${effortCells(group).map((cell) => html`<td>${cell}</td>`)}</tr>`)}
</tbody></table></div>`
}

function reasonTable(groups: readonly Group[]): Html {
  const lines = groups.flatMap((group) => {
    const of = (outcome: string, counts: Readonly<Record<string, number>>) =>
      Object.entries(counts).map(([reason, count]) => ({ agent: agentOf(group), outcome, reason, count }))
    return [
      ...of('unsolved', group.unsolvedBy),
      ...of('rejected', group.rejectedBy),
      ...of('void', group.voidBy),
    ]
  })
  if (lines.length === 0) return html``
  const rows = lines.slice(0, 200)
  return html`<details class="card"${new Html(lines.length <= 24 ? ' open' : '')}><summary>Why trials did not solve</summary><table><thead><tr><th class="left">agent</th><th class="left">outcome</th><th class="left">reason</th><th>trials</th></tr></thead><tbody>
${rows.map(({ agent, outcome, reason, count }) => html`<tr><td class="left name">${agent}</td><td class="left"><span class="outcome ${outcome}">${outcome}</span></td><td class="left">${reason}</td><td>${count}</td></tr>`)}
</tbody></table>${lines.length > rows.length ? html`<p class="dim">and ${lines.length - rows.length} more</p>` : html``}</details>`
}

function trialSection({ trials, trialsLeftOut }: Report, base: string): Html {
  if (trials.length === 0) return html``
  const left =
    trialsLeftOut > 0
      ? `The first ${trials.length}; ${countOf(trialsLeftOut, 'trial')} more are in results.jsonl.`
      : ''
  return html`<section><h2>Trials</h2>
<div class="card"><p class="dim">${left} A trial’s name leads to its journal; <code>touchstone show</code> makes it readable.</p>
<input type="search" placeholder="filter, e.g. a task, an agent, rejected" aria-label="Filter trials"> <span id="shown" class="dim">${trials.length} shown</span>
<div class="trials"><table><thead><tr><th class="left">trial</th><th class="left">outcome</th><th class="left">reason</th><th>score</th><th>turns</th><th>tokens</th><th>cost</th><th>agent</th><th>judge</th></tr></thead><tbody>
${trials.map((trial) => trialLine(trial, base))}
</tbody></table></div></div></section>`
}

function trialLine(trial: TrialRow, base: string): Html {
  const { task, sample, outcome, reason, score } = trial
  const address = `${base}/${trial.journal}`.split('/').filter(Boolean).map(encodeURIComponent).join('/')
  return html`<tr><td class="left name"><a href="${address}">${task}</a> <span class="dim">${agentOf(trial)} · ${sample}</span></td><td class="left"><span class="outcome ${outcome}">${outcome}</span></td><td class="left">${reason}</td><td>${score === null ? '–' : Math.round(score * 1000) / 1000}</td><td>${trial.turns}</td><td>${trial.tokens.toLocaleString('en')}</td><td>${costOf(trial)}</td><td>${durationOf(trial.agentSeconds)}</td><td>${durationOf(trial.judgeSeconds)}</td></tr>
`
}

function originSection({ manifest }: Report): Html {
  const sitting = manifest.sittings.at(-1)
  if (!sitting) return html``
  const line = (name: string, value: string) =>
    html`<tr><td class="left">${name}</td><td class="left"><code>${value}</code></td></tr>`
  return html`<section><h2>Where this comes from</h2><div class="card"><table><tbody>
${line('command line', sitting.commandLine.join(' '))}
${manifest.suites.map(({ name, source, version }) => line(`suite ${name}`, `${source} (${version})`))}
${line('Touchstone', `${sitting.touchstone}, Node ${sitting.node}, on ${sitting.host}`)}
${Object.entries(sitting.tools).map(([name, version]) => line(name, version))}
${line('sandbox', sitting.backend.name)}
${Object.entries(sitting.backend.facts).map(([name, value]) => line(name, value))}
${manifest.sittings.map(({ startedAt, endedAt, ended }) => line('sitting', `${startedAt} to ${endedAt ?? '?'}: ${ended ?? 'under way, or killed'}`))}
</tbody></table></div></section>`
}
