/** What a forge's page has beside the style of all pages. */
export const forgeStyle = `
pre { font: 12.5px/1.45 ui-monospace, monospace; background: var(--ground); border: 1px solid var(--edge); border-radius: 6px; padding: 8px 12px; overflow: auto; max-height: 320px; margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere }
.reason > summary, .item > summary { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; padding: 5px 0; font-weight: 400 }
.reason, .item { border-bottom: 1px solid var(--edge) } .reason:last-child, .item:last-child { border-bottom: 0 }
.item { scroll-margin-top: 84px; content-visibility: auto; contain-intrinsic-size: auto 34px }
.reason > summary b:first-child { min-width: 3.2em; text-align: right; font-variant-numeric: tabular-nums }
.reason > summary::before, .item > summary::before { content: '▸'; color: var(--dim); width: .7em } [open] > summary::before { content: '▾' !important }
.reason > summary::-webkit-details-marker, .item > summary::-webkit-details-marker { display: none } .item > summary b { overflow-wrap: anywhere } .reason ul { margin: 4px 0 12px; padding-left: 3.4em } .reason li { margin: 4px 0; overflow-wrap: anywhere }
.item .inside { padding: 2px 0 14px 1.1em; overflow-x: auto; overflow-wrap: anywhere } .item table { font-size: 13px }
.chip { font-size: 12px; border: 1px solid var(--edge); border-radius: 999px; padding: 0 8px; color: var(--dim); white-space: nowrap }
.chip.proved { color: var(--solved); border-color: currentColor } .chip.fallen { color: light-dark(#8f5d00, #d9a24a); border-color: currentColor }
.chip.void { color: var(--rejected); border-color: currentColor }
.sure { font-variant-numeric: tabular-nums } .low { color: light-dark(#8f5d00, #d9a24a); font-weight: 600 }
.filter { position: sticky; top: 0; background: var(--ground); z-index: 2; padding: 4px 0 } :target { outline: 2px solid var(--accent); outline-offset: 2px }
[hidden] { display: none !important } .categories { overflow-x: auto }
`

/** Shows only items that have all the words that are typed, and opens what a link leads to; the page reads as well without it. */
export const forgeScript = `
const field = document.querySelector('input[type=search]')
const rows = [...document.querySelectorAll('[data-filter]')]
const count = document.querySelector('#shown')
const filter = () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean)
  let shown = 0
  for (const row of rows) {
    row.hidden = !words.every((word) => row.dataset.filter.includes(word))
    if (!row.hidden) shown++
  }
  count.textContent = shown + (shown === 1 ? ' item' : ' items')
}
field?.addEventListener('input', filter)
const reveal = () => {
  const at = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!at) return
  if (at.hidden) { field.value = ''; filter() }
  for (let one = at; one; one = one.parentElement) if (one.tagName === 'DETAILS') one.open = true
  at.scrollIntoView()
}
addEventListener('hashchange', reveal)
reveal()
`
