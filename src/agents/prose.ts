/** Whether a reply without any fence is code from its first line to its last, in whatever language. */
export function isPlainlyCode(reply: string): boolean {
  if (!/[;{}=()[\]<>]/.test(reply)) return false
  let lines = 0
  let prose = 0
  for (const line of reply.split('\n')) {
    if (line.trim() === '') continue
    lines++
    if (isProse(line.trim())) prose++
  }
  return lines > 0 && prose * 10 <= lines
}

const comment = /^(\/\/|#|--|\/\*|\*|\(\*|;|%)/
const word = /^["'(]?[A-Za-z][A-Za-z'’-]*["')]?[.,:;!?]?$/

/** A sentence: at least five words, nearly all of them plain. */
function isProse(line: string): boolean {
  if (comment.test(line) || /[;{}]$/.test(line)) return false
  const words = line.slice(0, 1000).split(/\s+/)
  const plain = words.filter((each) => each.length < 40 && word.test(each)).length
  return words.length >= 5 && plain * 5 >= words.length * 4
}
