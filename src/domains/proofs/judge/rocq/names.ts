import { type Block, isBlock, isText, type Value } from './values.ts'

/**
 * A compiled library says of some names which other name they stand for (`Module M := N`, `Include N`), and the kernel
 * takes two names for the same thing where they stand for the same. Nothing checks that: a library that says of its own
 * `true` that it stands for another's `false` passes `coqchk` 8.16 with a proof of `False`. So these claims are taken out,
 * as is what a constant says of its relevance.
 * In terms, a name that stands for another becomes that other, which is then what is checked; in the tables of a module
 * (`delta_resolver` in `kernel/mod_subst.ml`) every name stands for itself.
 */
export function withoutAliases(blocks: readonly Block[]): void {
  for (const block of blocks) {
    const { tag, fields } = block
    if (tag === 0 && fields.length === 9 && isBlock(fields[8]) && fields[8].fields.length === 12) {
      // A constant that says of itself that proofs of its type need not be told apart is not asked for a reason.
      fields[4] = 0
    }
    const [first, second, third, , fifth] = fields
    if (tag === 1 && fields.length === 2 && isName(first) && isName(second)) {
      // KerPair.Dual (user, canonical) becomes KerPair.Same canonical.
      block.tag = 0
      block.fields = [second]
    } else if (tag === 1 && fields.length === 1 && isName(first)) {
      // Equiv name becomes Inline (0, None), which says nothing of what the name is.
      block.tag = 0
      block.fields = [0, 0]
    } else if (tag === 0 && fields.length === 5 && isPath(second) && isPath(third) && !isBlock(fifth)) {
      // A node of a map from module paths to module paths.
      fields[2] = second
    }
  }
}

/** KerName: a module path, a label, a hash. */
function isName(value: Value | undefined): value is Block {
  if (!isBlock(value) || value.tag !== 0 || value.fields.length !== 3) return false
  const [path, label, hash] = value.fields
  return isBlock(path) && isText(label) && !isBlock(hash) && !isText(hash)
}

/** ModPath: MPfile of names, MPbound of a triple, MPdot of a path and a label. */
function isPath(value: Value | undefined): value is Block {
  if (!isBlock(value)) return false
  const { tag, fields } = value
  const [first, second] = fields
  if (tag === 2) return fields.length === 2 && isBlock(first) && isText(second)
  if (fields.length !== 1) return false
  if (tag === 1) return isBlock(first) && first.fields.length === 3 && isText(first.fields[1])
  return (
    tag === 0 && (first === 0 || (isBlock(first) && first.fields.length === 2 && isText(first.fields[0])))
  )
}
