declare module 'wavedrom' {
  /** An element as `[tag, attributes, ...children]`. */
  type Markup = readonly [string, ...unknown[]]
  const wavedrom: {
    renderAny(index: number, source: unknown, skins: unknown): Markup
    readonly waveSkin: unknown
    readonly onml: { stringify(markup: Markup): string }
  }
  export default wavedrom
}
