/** The page's whole style. Colours are told apart by people who see no red or no green, on light and dark ground. */
export const style = `
:root { color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c); --surface: light-dark(#ffffff, #1c2027);
  --ink: light-dark(#1d2430, #e4e8ee); --dim: light-dark(#5c6675, #9aa5b4); --edge: light-dark(#dfe3e9, #313843);
  --accent: light-dark(#2463c4, #7db0ff);
  --solved: light-dark(#14866d, #35b596); --unsolved: light-dark(#e3a234, #d9a24a);
  --rejected: light-dark(#a63a86, #cf6db4); --void: light-dark(#6f7a88, #8894a3); --open: light-dark(#dde1e7, #3a424e);
  --line-0: light-dark(#2463c4, #7db0ff); --line-1: light-dark(#c4501b, #ff9a6b); --line-2: light-dark(#14866d, #35b596);
  --line-3: light-dark(#a63a86, #cf6db4); --line-4: light-dark(#8a6d00, #d8b93c); --line-5: light-dark(#5b4fc7, #a79eff);
  --line-6: light-dark(#00788f, #4cc3dc); --line-7: light-dark(#7a4a2b, #cfa07d); }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 1120px; margin: 0 auto; padding: 32px 20px 64px }
h1 { font-size: 26px; margin: 0; overflow-wrap: anywhere } h2 { font-size: 20px; margin: 40px 0 4px } h3 { font-size: 15px; margin: 0 0 8px }
p { margin: 4px 0 } .dim { color: var(--dim) } code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0 }
.tile { background: var(--surface); border: 1px solid var(--edge); border-radius: 10px; padding: 10px 18px; min-width: 120px }
.tile b { display: block; font-size: 22px; font-variant-numeric: tabular-nums } .tile span { color: var(--dim); font-size: 13px }
.card { background: var(--surface); border: 1px solid var(--edge); border-radius: 10px; padding: 16px 18px; margin: 14px 0; overflow-x: auto }
.notes { border-left: 4px solid var(--accent) } .warning { border-left: 4px solid var(--unsolved) }
.notes ul, .warning ul { margin: 0; padding-left: 18px }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 14px } .plots .card { margin: 0 }
figure { margin: 0 } figcaption { color: var(--dim); font-size: 13px; margin-top: 6px } svg { max-width: 100%; height: auto }
svg text { font-size: 12px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px }
th { text-align: right; color: var(--dim); font-weight: 600; border-bottom: 1px solid var(--edge); white-space: nowrap }
td { text-align: right; border-bottom: 1px solid var(--edge) } th, td { padding: 5px 9px; vertical-align: top }
th.left, td.left { text-align: left; overflow-wrap: break-word } td.name { min-width: 150px; max-width: 320px; overflow-wrap: anywhere } td { white-space: nowrap } td.left { white-space: normal } tr:last-child td { border-bottom: 0 }
.interval { display: block; color: var(--dim); font-size: 12px }
.key { display: inline-flex; align-items: center; gap: 6px; margin-right: 14px } .key i { width: 11px; height: 11px; border-radius: 3px; display: inline-block }
.outcome { font-weight: 600; white-space: nowrap } .outcome.solved { color: var(--solved) } .outcome.unsolved { color: light-dark(#8f5d00, #d9a24a) }
.outcome.rejected { color: var(--rejected) } .outcome.void { color: var(--void) }
a { color: var(--accent) } summary { cursor: pointer; font-weight: 600 } .trials { max-height: 70vh; overflow: auto } .trials thead th { position: sticky; top: 0; background: var(--surface) }
input[type=search] { font: inherit; padding: 6px 10px; border: 1px solid var(--edge); border-radius: 8px; background: var(--ground); color: inherit; width: min(100%, 420px); margin: 10px 0 }
@media print { .card, .tile { break-inside: avoid } .trials { max-height: none } }
`

/** Filters the rows of trials as one types; the page reads as well without it. */
export const script = `
const field = document.querySelector('input[type=search]')
const rows = [...document.querySelectorAll('.trials tbody tr')]
const count = document.querySelector('#shown')
field?.addEventListener('input', () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean)
  let shown = 0
  for (const row of rows) {
    const text = row.textContent.toLowerCase()
    row.hidden = !words.every((word) => text.includes(word))
    if (!row.hidden) shown++
  }
  count.textContent = shown + ' shown'
})
`
