const shownLines = 12
const shownColumns = 400

/** Text with control characters and bidirectional overrides made visible; new lines stay where `lines` is set. */
export function safeText(text: string, lines = false): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    if (lines && (character === '\n' || character === '\t')) return character
    if (character === '\r' && lines) return ''
    const code = character.charCodeAt(0)
    return code < 32 ? String.fromCharCode(0x2400 + code) : '�'
  })
}

/** The first line of a text, safe to show, cut to so many characters. */
export function firstLine(text: string, most: number): string {
  const [line = ''] = text.trim().split('\n', 1)
  return safeText(line.length > most ? `${line.slice(0, most)} …` : line)
}

/** Every line moved in by four. */
export function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}

/** The beginning of a text, and how many lines are left out. */
export function clipped(text: string): { shown: string; left: number } {
  const lines = text.trimEnd().split('\n')
  const shown = lines
    .slice(0, shownLines)
    .map((line) => (line.length > shownColumns ? `${line.slice(0, shownColumns)} …` : line))
  return { shown: shown.join('\n'), left: Math.max(0, lines.length - shownLines) }
}
