import { createHash } from 'node:crypto'
import { corecursionProblem } from './corecursion.ts'
import { recursionProblem } from './recursion.ts'
import { fields, isCofix, isFix, isKind, kind, matchOf, NoTerm, Reach, recursionOf } from './terms.ts'
import { type Block, encode, isBlock, isText, type Value } from './values.ts'

/** Something that is distrusted: what is wrong with it, in words, and which it is, as the digest of its data. */
export interface Distrust {
  readonly problem: string
  readonly digest: string
}

/**
 * What in a compiled library only the kernel of this version and its checker vouch for, where both are known to be wrong
 * about some of its kind and to prove `False` by it. Refuses sound things too; each can be said in another way. Known faults: `dev/doc/critical-bugs.md` of Rocq's repository.
 */
export function distrusted(blocks: readonly Block[]): Distrust[] {
  const reach = new Reach()
  return blocks.flatMap((block) => {
    const problem = problemOf(block, reach)
    return problem === undefined
      ? []
      : [{ problem, digest: createHash('sha256').update(encode(block)).digest('base64') }]
  })
}

function problemOf(block: Block, reach: Reach): string | undefined {
  try {
    return problemRead(block, reach)
  } catch (thrown) {
    if (thrown instanceof NoTerm) return thrown.message
    if (thrown instanceof RangeError) return 'its terms are too deep to be read'
    throw thrown
  }
}

function problemRead(block: Block, reach: Reach): string | undefined {
  if (isFix(block)) return told('a fixpoint', recursionProblem(recursionOf(block), reach))
  if (isCofix(block)) return told('a cofixpoint', corecursionProblem(recursionOf(block), reach))
  if (isConstant(block) && isKind(block.fields[2], primitive)) return 'a primitive (Primitive) is declared'
  if (isFunctor(block)) return 'a functor or a parameterised signature is declared (Module F (X : T))'
  if (isInductive(block)) return inductiveProblem(block)
  if (isMatch(block) && matchOf(block).inverted) return 'a match on a proof in SProp gives more than a proof'
  return undefined
}

const told = (what: string, problem: string | undefined) => problem && `in ${what}, ${problem}`

/** `constant_body`, known by its flags (12 fields); `Primitive` is the last kind of its definition. */
const isConstant = ({ tag, fields: all }: Block) => tag === 0 && all.length === 9 && isFlags(all[8])
const primitive = 3

/** `mutual_inductive_body`. */
const isInductive = ({ tag, fields: all }: Block) => tag === 0 && all.length === 15 && isFlags(all[14])

const isFlags = (value: Value | undefined) => isBlock(value) && value.fields.length === 12

const isMatch = ({ tag, fields: all }: Block) => tag === kind.match && all.length === 7

/** `MoreFunctor`: a bound module's name (a number, a text, a path), its signature, and the rest. */
function isFunctor({ tag, fields: [name, ...more] }: Block): boolean {
  return (
    tag === 1 &&
    more.length === 2 &&
    isBlock(name) &&
    name.tag === 0 &&
    name.fields.length === 3 &&
    typeof name.fields[0] === 'number' &&
    isText(name.fields[1])
  )
}

/** Variance is inferred wrongly, and types with local definitions are compared wrongly (issues 22383, 22376, 22378, 22387). */
function inductiveProblem(block: Block): string | undefined {
  const variances = [block.fields[11], block.fields[12]]
  if (variances.some(isBlock)) return 'a cumulative inductive type is declared'
  const contexts = [block.fields[8]!]
  for (const packet of fields(block.fields[0])) {
    const [, arity, , , , , , , constructors] = fields(packet, 16)
    contexts.push(arity!, ...fields(constructors).map((each) => fields(each, 2)[0]!))
  }
  return contexts.some(defines) ? 'an inductive type has a local definition (let) in it' : undefined
}

/** Whether a context, a list of declarations, has one with a value. */
function defines(context: Value): boolean {
  for (let rest = context; isBlock(rest); rest = rest.fields[1]!)
    if (isBlock(rest.fields[0]) && rest.fields[0].tag === 1) return true
  return false
}
