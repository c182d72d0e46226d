/** What an audit's page has beside the style of a run's. */
export const auditStyle = `
.verdict { font-size: 17px; font-weight: 600 } .verdict.good { border-left: 4px solid var(--solved) }
.verdict.bad { border-left: 4px solid var(--rejected) } .verdict.open { border-left: 4px solid var(--unsolved) }
.escape h3 { overflow-wrap: anywhere } .picture { overflow-x: auto; margin: 10px 0 } .picture img { display: block; width: 100%; min-width: 680px; max-width: 1040px; background: #fff; border-radius: 6px; border: 1px solid var(--edge) }
pre { font: 13px/1.45 ui-monospace, monospace; background: var(--ground); border: 1px solid var(--edge); border-radius: 6px; padding: 8px 12px; overflow-x: auto; margin: 8px 0 }
pre .gone { color: light-dark(#a6203a, #ff9aa8) } pre .new { color: light-dark(#0d6b50, #5fd6b2) }
td.bad b { color: var(--rejected) } td.blind b { color: light-dark(#8f5d00, #d9a24a) }
summary { overflow-wrap: anywhere } .filter { position: sticky; top: 0; background: var(--ground); z-index: 2; padding: 4px 0 }
`

/** Shows only what has all the words that are typed; the page reads as well without it. */
export const auditScript = `
const field = document.querySelector('input[type=search]')
const rows = [...document.querySelectorAll('[data-filter]')]
const count = document.querySelector('#shown')
const filter = () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean)
  const shown = new Set()
  for (const row of rows) {
    row.hidden = !words.every((word) => row.dataset.filter.includes(word))
    if (!row.hidden) shown.add(row.dataset.task)
  }
  count.textContent = shown.size + (shown.size === 1 ? ' task' : ' tasks')
}
field?.addEventListener('input', filter)
`
