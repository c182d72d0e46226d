import { createHash } from 'node:crypto'
import { Html, html } from '../../../pages/html.ts'
import { style } from '../../../pages/style.ts'
import { countOf, percentOf } from '../../../pages/words.ts'
import type { CategoryRow, ForgeReport } from '../schema.ts'
import { askedOf, totalOf, unseenOf } from '../words.ts'
import { itemSection, reasonSection } from './items.ts'
import { categoryPlot, fates, funnelPlot, kinds } from './plots.ts'
import { forgeScript, forgeStyle } from './style.ts'

/**
 * A forge as one HTML file that needs nothing else. Everything that comes from raw material is hostile text here; the
 * only script filters and opens, and the page's own policy lets no other run.
 */
export function forgePage(report: ForgeReport): string {
  const { suite, source, startedAt } = report.settings
  const hash = createHash('sha256').update(forgeScript).digest('base64')
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Touchstone forge: ${suite.name}</title>
<style>${new Html(style + forgeStyle)}</style>
<main>
<h1>${suite.name}</h1>
<p class="dim">Forged from ${suite.origin} by ${source.name} ${source.version}, last asked for ${new Date(startedAt).toUTCString()}; ${askedOf(report)}</p>
${tiles(report)}
${warnings(report)}
<section><div class="plots">
${figure('How far items came', funnelPlot(report), legend(kinds))}
${figure('What became of each category', categoryPlot(report), legend(fates))}
</div></section>
${categorySection(report)}
${reasonSection(report)}
${itemSection(report)}
</main>
<script>${new Html(forgeScript)}</script>
</html>
`.text
}

function tiles({ found, proved, funnel, reasons, settings }: ForgeReport): Html {
  const tile = (figure: string, what: string) =>
    html`<div class="tile"><b>${figure}</b><span>${what}</span></div>`
  const of = (stage: string) => funnel.find((row) => row.stage === stage)!.reached
  const fell = reasons.reduce((sum, { outcome, count }) => sum + (outcome === 'fallen' ? count : 0), 0)
  const started =
    settings.until === 'written'
      ? []
      : [tile(`${of('answered').live} / ${of('written').live}`, 'services written answer')]
  return html`<div class="tiles">${tile(found.toLocaleString('en'), 'items found')}
${tile(totalOf(of('written')).toLocaleString('en'), 'tasks written')}${started}
${tile(`${proved.live + proved.static}`, `tasks in the suite, ${proved.live} with a service`)}${tile(fell.toLocaleString('en'), 'fell')}</div>`
}

function warnings(report: ForgeReport): Html {
  const { open, void: voided } = report
  const lines = [
    ...unseenOf(report),
    ...(open > 0 ? [`${countOf(open, 'item')} not done, or not asked for.`] : []),
    ...(voided > 0
      ? [
          `${countOf(voided, 'item')} void: the machine failed there, which says nothing about them. The same command tries them again.`,
        ]
      : []),
  ]
  return lines.length > 0
    ? html`<div class="card warning"><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></div>`
    : html``
}

const figure = (title: string, plot: Html | undefined, caption: Html) =>
  plot
    ? html`<figure class="card"><h3>${title}</h3>${plot}<figcaption>${caption}</figcaption></figure>`
    : html``

const legend = (keys: readonly { readonly name: string; readonly color: string }[]) =>
  html`${keys.map(({ name, color }) => html`<span class="key"><i style="background: ${color}"></i>${name}</span>`)}`

function categorySection({ categories, settings }: ForgeReport): Html {
  const share = (part: number, all: number) =>
    all === 0 ? html`–` : html`${part} <span class="dim">${percentOf(part / all)}</span>`
  const line = ({ category, found, reached, proved, fallen, void: voided, open }: CategoryRow) =>
    html`<tr><td class="left name">${category}</td><td>${found}</td><td>${totalOf(reached.understood)}</td><td>${totalOf(reached.written)}</td><td>${reached.written.live}</td>${settings.until === 'written' ? '' : html`<td>${share(reached.answered.live, reached.written.live)}</td>`}<td><b>${proved}</b></td><td>${fallen}</td><td>${voided}</td><td>${open}</td></tr>
`
  return html`<section><h2>By category</h2><div class="card categories"><table><thead><tr><th class="left">category</th><th>found</th><th>understood</th><th>written</th><th>with a service</th>${settings.until === 'written' ? '' : html`<th>of them answer</th>`}<th>in the suite</th><th>fell</th><th>void</th><th>not done</th></tr></thead><tbody>
${categories.map(line)}</tbody></table></div></section>`
}
