import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Html, html } from '../../../pages/html.ts'
import type { EvidenceFile } from '../schema.ts'

/** What a page holds of pictures in all, in bytes; what is beyond is linked. */
const mostPictures = 16 * 1024 ** 2
const mostText = 12_000

/** Shows the evidence of escapes: pictures and texts in the page itself, other files by a link beside it. */
export class EvidenceShow {
  readonly #directory: string
  #pictures = 0

  constructor(directory: string) {
    this.#directory = directory
  }

  async show(files: readonly EvidenceFile[]): Promise<Html> {
    return html`${await Promise.all(files.map((file) => this.#one(file)))}`
  }

  async #one(file: EvidenceFile): Promise<Html> {
    const link = html`<a href="${file.path.split('/').map(encodeURIComponent).join('/')}">${file.name}</a>`
    const picture = file.mediaType === 'image/svg+xml'
    const text = file.mediaType === 'text/plain'
    if (picture) this.#pictures += file.bytes
    if (!text && (!picture || this.#pictures > mostPictures))
      return html`<p class="dim">${link}, ${file.bytes.toLocaleString('en')} bytes</p>`
    const content = await readFile(join(this.#directory, file.path)).catch(() => undefined)
    if (content === undefined) return html`<p class="dim">${file.name} is no longer there</p>`
    if (text) {
      const shown = content.subarray(0, mostText).toString('utf8')
      return html`<details><summary>${file.name}</summary><pre>${shown}</pre>${content.length > mostText ? html`<p class="dim">The rest is in ${link}</p>` : html``}</details>`
    }
    // As an image and never inline: whatever the file holds, an image runs no script and loads nothing.
    return html`<div class="picture"><img alt="${`waveform: ${file.name}`}" loading="lazy" src="${new Html(`data:image/svg+xml;base64,${content.toString('base64')}`)}"></div>`
  }
}
