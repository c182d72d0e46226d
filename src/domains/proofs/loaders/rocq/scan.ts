import { nameIn } from '../../brief.ts'
import { outwardIn } from '../../judge/rocq/rules.ts'
import { type Required, requiredBy, withoutComments } from '../../rocq/requires.ts'
import { type Sentence, sentencesOf } from '../../rocq/sentences.ts'

/** A section or module that is open. */
export interface Scope {
  readonly kind: 'section' | 'module'
  readonly name: string
  /** A module without parameters and signature, or a section: what is in it can be told from outside. */
  readonly plain: boolean
}

/** How a statement goes on. `hole`: to be proved; `proved`: with a proof; `none`: with nothing that proves it. */
export type Ending = 'hole' | 'proved' | 'none'

/** A statement with a name, and what becomes of it. */
export interface Stated {
  readonly name: string
  readonly statement: Sentence
  readonly ending: Ending
  /** What follows the statement, up to its end: `Proof. … Qed.` */
  readonly proof: string
  /** Offset behind it. */
  readonly end: number
  /** Whether a command ends it, or the next one just follows. */
  readonly ended: boolean
  /** From the outermost. */
  readonly scopes: readonly Scope[]
  /** The comment right before it, in plain words. */
  readonly informal: string
  /** Stated with others at once: `Theorem a : … with b : …`. */
  readonly mutual: boolean
}

/** A place without a theorem that can be asked for. */
export interface Other {
  /** Absent where it has none. */
  readonly name: string | undefined
  readonly modules: readonly string[]
  readonly what: string
  readonly line: number
}

/** What a file has. */
export interface Scanned {
  readonly stated: readonly Stated[]
  /** Holes that are no theorems: definitions, instances, goals without a name. */
  readonly others: readonly Other[]
  /** What it requires, with the offsets of the sentences. */
  readonly requires: readonly { readonly at: number; readonly required: Required }[]
  /** The first command that reaches outside, which no answer may have. */
  readonly outward: { readonly at: number; readonly text: string } | undefined
  /** Where the text stops being sentences: an open comment or string. */
  readonly brokenAt: number | undefined
}

/** Commands that no proof has in it, so that a statement before them had none. */
const topLevel =
  /^(?:Section|Module|End|Chapter|Inductive|CoInductive|Variant|Record|Structure|Class|Fixpoint|CoFixpoint|Definition|Function|Instance|Axioms?|Parameters?|Variables?|Hypothes[ei]s|Conjectures?|Notation|Infix|Ltac|Tactic|Require|From|Coercion|Canonical|Scheme|Context|Reserved|Goal|Let|Equations|Add)\b/
const endings = /^(?:Qed|Defined|Save|Admitted|Abort)\b/
const declares =
  /^(?:Definition|Function|Instance|Fixpoint|CoFixpoint|Let|Goal|Add|Next|Obligation|Equations)\b/
const declared = /^(?:Definition|Function|Instance|Fixpoint|CoFixpoint|Let)\s+([\p{L}_][\p{L}\p{N}_']*)/u
const proveMark = /\(\*+\s*(?:prove|to prove|prove this|prove me)\s*[.!:]?\s*\*+\)/i

interface Opened {
  readonly name: string | undefined
  readonly statement: Sentence
  readonly informal: string
  marked: boolean
}

/** Reads a file's statements with the sentence splitter alone: nothing is run. */
export function scan(text: string): Scanned {
  const stated: Stated[] = []
  const others: Other[] = []
  const requires: { at: number; required: Required }[] = []
  const scopes: Scope[] = []
  let outward: Scanned['outward']
  let brokenAt: number | undefined
  let open: Opened | undefined
  let behind = 0
  const lineAt = lines(text)

  const finish = (ending: Ending, end: number, ended: boolean) => {
    if (!open) return
    const { name, statement, informal } = open
    if (name === undefined) {
      if (ending === 'hole')
        others.push({
          name: declared.exec(plainOf(statement.text))?.[1],
          modules: modulesOf(scopes),
          what: statement.text.split('\n')[0]!.slice(0, 100),
          line: lineAt(statement.start),
        })
    } else if (ending !== 'none') {
      const proof = text.slice(statement.end, end)
      const mutual = /\bwith\s+[\p{L}_][\p{L}\p{N}_']*(?:\s*[({[][^:]*:[^)}\]]*[)}\]])*\s*:(?!=)/u.test(
        withoutComments(statement.text),
      )
      stated.push({ name, statement, ending, proof, end, ended, scopes: [...scopes], informal, mutual })
    }
    open = undefined
  }

  for (const sentence of sentencesOf(text)) {
    const gap = text.slice(behind, sentence.start)
    if (open && gap.includes('(*') && proveMark.test(gap)) open.marked = true
    if (sentence.kind === 'open') {
      brokenAt = sentence.start
      break
    }
    // Tactics begin with a small letter, and most of what is read is tactics.
    if (sentence.kind === 'sentence' && startsCommand(sentence.text)) {
      const plain = plainOf(sentence.text)
      const name = nameIn(sentence.text)
      if (open && endings.test(plain)) {
        const isHole = open.marked || plain.startsWith('Admitted')
        finish(isHole ? 'hole' : plain.startsWith('Abort') ? 'none' : 'proved', sentence.end, true)
      } else if (open && isProofTerm(plain)) {
        finish(open.marked ? 'hole' : 'proved', sentence.end, true)
      } else {
        if (open && (name !== undefined || topLevel.test(plain)))
          finish(open.marked ? 'hole' : 'none', behind, false)
        if (!open) {
          outward ??= outwardIn(sentence) ? { at: sentence.start, text: plain.slice(0, 100) } : undefined
          for (const required of requiredBy(plain)) requires.push({ at: sentence.start, required })
          if (name !== undefined || declares.test(plain))
            open = { name, statement: sentence, informal: informalIn(gap), marked: false }
          else enter(scopes, plain)
        }
      }
    }
    behind = sentence.end
  }
  if (open) {
    const rest = text.slice(behind)
    const { statement } = open
    const marked = open.marked || proveMark.test(rest)
    // `Example two : nat := 2.` at the end is no hole.
    const unfinished =
      open.name !== undefined && (behind > statement.end || !definesIn(withoutComments(statement.text)))
    finish(brokenAt === undefined && (marked || unfinished) ? 'hole' : 'none', behind, false)
  }
  return { stated, others, requires, outward, brokenAt }
}

function startsCommand(text: string): boolean {
  const first = text.charCodeAt(0)
  return (first >= 0x41 && first <= 0x5a) || first === 0x23
}

/** Without attributes and what may stand before a command. */
function plainOf(text: string): string {
  return text.replace(
    /^(?:#\[[^\]]*\]\s*|(?:Local|Global|Program|Polymorphic|Monomorphic|Private|Time)\s+)+/,
    '',
  )
}

const isProofTerm = (plain: string) =>
  /^Proof\b/.test(plain) && !/^Proof\s*(?:\.$|using\b|with\b)/.test(plain)

const definesIn = (text: string) => /:=/.test(text.replace(/\blet\b[\s\S]*?:=/g, ''))

function enter(scopes: Scope[], plain: string): void {
  const [, command, , name] =
    /^(Section|Chapter|Module\s+Type|Module|End)\s+((?:Import|Export)\s+)?([\p{L}_][\p{L}\p{N}_']*)/u.exec(
      plain,
    ) ?? []
  if (command === undefined || name === undefined) return
  if (command === 'End') {
    const at = scopes.findLastIndex((scope) => scope.name === name)
    if (at >= 0) scopes.length = at
  } else if (command === 'Section' || command === 'Chapter') {
    scopes.push({ kind: 'section', name, plain: true })
  } else if (!/:=/.test(withoutComments(plain).replace(/\bwith\s+(?:Definition|Module)\s+\S+\s*:=/g, ''))) {
    const bare = /^Module\s+(?:(?:Import|Export)\s+)?[\p{L}_][\p{L}\p{N}_']*\s*\.$/u
    scopes.push({ kind: 'module', name, plain: bare.test(withoutComments(plain)) })
  }
}

/** The last comment of what stands between two sentences. */
function informalIn(gap: string): string {
  if (!gap.trimEnd().endsWith('*)')) return ''
  const start = gap.lastIndexOf('(*')
  const words = gap
    .slice(start)
    .replace(/^\(\*+/, '')
    .replace(/\*+\)\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*?[ \t]?/, '').trimEnd())
    .join('\n')
    .trim()
  // Lines of stars and dashes are ornaments.
  return /[\p{L}\p{N}]/u.test(words) && !proveMark.test(gap.slice(start)) ? words.slice(0, 4000) : ''
}

/** The names of the modules among them. */
export function modulesOf(scopes: readonly Scope[]): string[] {
  return scopes.filter(({ kind }) => kind === 'module').map(({ name }) => name)
}

function lines(text: string): (offset: number) => number {
  return (offset) => {
    let count = 1
    for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) count++
    return count
  }
}

/** A file up to an offset, with `Admitted` for what it leaves open without saying so: then it compiles. */
export function admitted(text: string, stated: readonly Stated[], until = text.length): string {
  const parts: string[] = []
  let from = 0
  for (const { ending, ended, proof, statement, end } of stated) {
    if (statement.start >= until) break
    if (ending !== 'hole' || (ended && /\bAdmitted\s*\.$/.test(proof))) continue
    parts.push(text.slice(from, statement.end), '\nProof.\nAdmitted.\n')
    from = end
  }
  parts.push(text.slice(from, until))
  return parts.join('')
}
