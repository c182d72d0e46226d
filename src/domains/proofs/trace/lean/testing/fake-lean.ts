import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * A toolchain that is no Lean: its `lake env` runs a command, its `lean` tells a version and answers `--run Trace.lean FILE
 * OUT` with what `answers/FILE.json` has. The answers are written by hand, as `Trace.lean` is meant to give them: no Lean
 * was at hand to record any.
 */
export async function writeFakeLean(
  directory: string,
  answers: Readonly<Record<string, unknown>>,
): Promise<void> {
  await write(directory, 'bin/lake', '#!/bin/sh\nshift\nLEAN_SRC_PATH=/lean/packages/std:./src exec "$@"\n')
  await write(
    directory,
    'bin/lean',
    `#!/bin/sh
case "$1" in --version) echo "Lean (version 4.20.0, x86_64-unknown-linux-gnu)"; exit;; esac
test -f "$2" && test -f "$3" || exit 2
answer="$(dirname "$0")/../answers/$3.json"
case "$(head -c 5 "$answer")" in
  "exit ") exit "$(tail -c +6 "$answer")" ;;
  "sleep") sleep 60 ;;
  "quiet") exit 0 ;;
esac
cat "$answer" > "$4"
`,
  )
  for (const [file, answer] of Object.entries(answers))
    await write(
      directory,
      `answers/${file}.json`,
      typeof answer === 'string' ? answer : JSON.stringify(answer),
    )
}

async function write(directory: string, path: string, text: string): Promise<void> {
  const whole = join(directory, path)
  await mkdir(dirname(whole), { recursive: true })
  await writeFile(whole, text)
  await chmod(whole, 0o755)
}

type Place = { readonly start: number; readonly end: number }

/** An answer to a text, with places said by the words that stand there. */
export class Answer {
  readonly #text: string
  readonly document = {
    header: true as const,
    commands: [] as Place[],
    declarations: [] as object[],
    definitions: [] as object[],
    steps: [] as object[],
    uses: [] as object[],
    errors: [] as object[],
  }

  constructor(text: string) {
    this.#text = text
  }

  /** In bytes, as Lean counts; of the n-th occurrence, from 0. */
  at(words: string, nth = 0): Place {
    let start = -1
    for (let count = 0; count <= nth; count++) start = this.#text.indexOf(words, start + 1)
    if (start < 0) throw new Error(`there is no ${words}`)
    const from = Buffer.byteLength(this.#text.slice(0, start))
    return { start: from, end: from + Buffer.byteLength(words) }
  }

  declaration(statement: string, value: string, name: string, qualified: string, kind = 'theorem'): this {
    const whole = this.at(`${statement} ${value}`)
    const named = this.at(name, 0)
    this.document.commands.push(whole)
    this.document.declarations.push({
      ...whole,
      name: named,
      value: { start: whole.end - Buffer.byteLength(value), end: whole.end },
      incomplete: value.includes('sorry'),
    })
    const type = statement.slice(statement.indexOf(name) + name.length)
    this.document.definitions.push({ ...named, name: qualified, kind, type, constants: [] })
    return this
  }

  step(tactic: string, before: readonly string[], after: readonly string[]): this {
    const goals = (list: readonly string[]) => list.map((conclusion) => ({ hypotheses: [], conclusion }))
    this.document.steps.push({ ...this.at(tactic), before: goals(before), after: goals(after) })
    return this
  }

  use(words: string, nth: number, name: string, kind: string, module = ''): this {
    this.document.uses.push({ ...this.at(words, nth), name, kind, module })
    return this
  }
}
