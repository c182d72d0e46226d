import { decodeContent } from '../../core/encoding.ts'
import type { JournalEvent, SubmissionRecord } from '../../core/events.ts'
import { Html, html } from '../../pages/html.ts'
import { style } from '../../pages/style.ts'
import { axes, curvePlot } from '../report/page/curves.ts'
import { costOf, durationOf } from '../report/words.ts'
import { Accountant, type AccountRow, type CostAccount } from './account.ts'
import { accountCells, accountHead, accountWords, figure } from './account-table.ts'

/** Characters of one candidate's words or of one of its files that are shown. */
const shownCharacters = 20_000

const captions = {
  dollars: 'Best score against US dollars for the model’s replies.',
  tokens: 'Best score against tokens, in and out.',
  machine: 'Best score against time spent on compiling, checking and measuring.',
  time: 'Best score against wall time of the agent’s part.',
}

/**
 * A trial's search as one HTML file that needs nothing else: what each candidate cost, the curve of the best score against
 * that, and each candidate's code with what was found out about it. All texts are hostile here; no script runs.
 */
export async function trialPage(
  events: AsyncIterable<JournalEvent> | Iterable<JournalEvent>,
): Promise<string> {
  const accountant = new Accountant()
  let trial: Extract<JournalEvent, { type: 'trial' }> | undefined
  let verdict: Extract<JournalEvent, { type: 'verdict' }>['verdict'] | undefined
  for await (const event of events) {
    if (event.type === 'trial') [trial, verdict] = [event, undefined]
    if (event.type === 'verdict') verdict = event.verdict
    accountant.add(event)
  }
  const { account } = accountant
  const { suite = '', task = '', agent = '', model = null, sample = 1 } = trial?.identity ?? {}
  const best = account.whole.curve.at(-1)
  const tile = (value: string, what: string) =>
    html`<div class="tile"><b>${value}</b><span>${what}</span></div>`
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>Touchstone: ${suite}/${task}</title>
<style>${new Html(`${style}\n.code { white-space: pre; overflow-x: auto } .words { white-space: pre-wrap }`)}</style>
<main>
<h1>${suite}/${task}</h1>
<p class="dim">${model === null ? agent : `${agent} @ ${model}`}, sample ${sample}${trial ? `, attempt ${trial.attempt}, seed ${trial.seed}` : ''}</p>
<div class="tiles">${verdict ? tile(verdict.outcome, verdict.reason) : tile('–', 'no verdict')}${tile(String(account.whole.candidates), 'candidates')}${best ? tile(figure(best.score), `best score, by ${best.by}`) : html``}${tile(costOf(account.whole.spent), 'cost')}${tile(
    durationOf(account.whole.machineSeconds),
    'machine time',
  )}</div>
<div class="card notes">${accountWords(account)}</div>
${plots(account, `${suite}/${task}`)}
${table(account)}
<section><h2>Candidates</h2>
${account.rows.map(candidate)}
</section>
</main>
</html>
`.text
}

function plots({ rows, whole }: CostAccount, name: string): Html {
  const { spent, machineSeconds, curve } = whole
  const seconds = rows.at(-1)?.event.seconds ?? 0
  const line = { name, group: 0, curve: [...curve], end: { ...spent, machineSeconds, seconds } }
  const figures = axes.flatMap((axis) => {
    const plot = curvePlot([line], axis)
    return plot ? [html`<figure class="card">${plot}<figcaption>${captions[axis]}</figcaption></figure>`] : []
  })
  return html`<div class="plots">${figures}</div>`
}

function table({ rows }: CostAccount): Html {
  return html`<section><h2>Cost account</h2><div class="card"><table><thead><tr>${accountHead.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>
${rows.map((row) => html`<tr>${accountCells(row).map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}
</tbody></table><p class="dim">Of all attempts; * is better than all before it.</p></div></section>`
}

function candidate({ event, better }: AccountRow): Html {
  const { id, parent, score, by, words, submission } = event
  const origin = parent === null ? 'from the brief alone' : `from ${parent}`
  const value = score === null ? 'no score' : `${figure(score)} by ${by}`
  return html`<details class="card"><summary>${id}${better ? ' *' : ''}: ${value}, ${origin}</summary>
<p class="words">${clipped(words)}</p>${files(submission)}</details>
`
}

function files(submission: SubmissionRecord): Html {
  const named =
    submission.kind === 'text'
      ? [['', submission.text] as const]
      : Object.entries(submission.files).map(
          ([path, content]) =>
            [path, 'text' in content ? content.text : `${decodeContent(content).byteLength} bytes`] as const,
        )
  return html`${named.map(([path, text]) => html`<h3>${path}</h3><pre class="code"><code>${clipped(text)}</code></pre>`)}`
}

function clipped(text: string): string {
  const left = text.length - shownCharacters
  return left > 0 ? `${text.slice(0, shownCharacters)}\n… ${left} more characters` : text
}
