import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { Html } from './html.ts'

/** Plots are drawn here, as SVG with the page's own colours: a page needs no script and no network for them. */

const plotWidth = 520

/** A plot as SVG that stands in a page. */
export function drawn(options: Plot.PlotOptions): Html {
  const { document } = parseHTML('<html><body></body></html>')
  return new Html(Plot.plot({ ...options, document: document as never, width: plotWidth }).outerHTML)
}
