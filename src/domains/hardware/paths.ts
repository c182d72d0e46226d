import type { Finding } from '../../core/verdict.ts'
import { maxFindings } from './classify.ts'
import { answerPath, type KeyFacts, topModule } from './key.ts'
import { blockNames, pathStarts } from './scopes.ts'
import type { Token } from './tokens.ts'

/** Words that stand before a use of a name and never before its declaration. */
const users = new Set(
  'disable begin fork else end join join_any join_none do assign deassign return or and not posedge negedge edge inside case casez casex if while for repeat forever wait initial always always_comb always_ff always_latch generate endgenerate iff new'.split(
    ' ',
  ),
)

/**
 * Finds what is searched for upward, through the scopes of the testbench: the target of `disable` and the first name
 * of a path. Compiling the design alone does not show it where a decoy of the same name stands outside all modules.
 */
export function checkPaths(tokens: readonly Token[], key: KeyFacts): Finding[] {
  const regions = regionsOf(tokens)
  const blocks = new Map<string, Set<number>>()
  for (const { name, index } of blockNames(tokens)) addTo(blocks, name, regions[index]!)
  const declared = new Map<string, Set<number>>()
  tokens.forEach(({ text }, index) => {
    if (declares(tokens, index)) addTo(declared, text, regions[index]!)
  })
  const inTestbench = (name: string) => key.names.has(name) || /^genblk\d+$/.test(name)
  const findings: Finding[] = []
  const paths = new Set(pathStarts(tokens))
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'name' || token.text === topModule) continue
    const { text } = token
    const region = regions[index]!
    if (paths.has(index)) {
      if (inTestbench(text) && !declared.get(text)?.has(region))
        findings.push(outside(token, 'a path may start only with what its own module declares'))
    } else if (tokens[index - 1]?.text === 'disable' && text !== 'fork') {
      // Where the design has no such name at all, the compiler says so.
      if ((inTestbench(text) || blocks.has(text)) && !blocks.get(text)?.has(region))
        findings.push(outside(token, 'disable may name only a block or task of its own module'))
    }
    if (findings.length >= maxFindings) break
  }
  return findings
}

function addTo(map: Map<string, Set<number>>, name: string, region: number): void {
  const regions = map.get(name)
  if (regions === undefined) map.set(name, new Set([region]))
  else regions.add(region)
}

function outside(token: Token, why: string): Finding {
  return {
    code: 'names-testbench',
    severity: 'error',
    message: `${token.text}: ${why}; declare it there or choose another name`,
    at: `${answerPath}:${token.line}`,
  }
}

/** For each token the module or interface around it; 0 outside of all. */
function regionsOf(tokens: readonly Token[]): Uint32Array {
  const regions = new Uint32Array(tokens.length)
  const open: number[] = []
  let last = 0
  tokens.forEach(({ kind, text }, index) => {
    const begins =
      text === 'module' ||
      text === 'macromodule' ||
      (text === 'interface' && open.length === 0 && tokens[index + 1]?.kind === 'name')
    if (kind === 'name' && begins) open.push(++last)
    regions[index] = open.at(-1) ?? 0
    if (kind === 'name' && (text === 'endmodule' || text === 'endinterface')) open.pop()
  })
  return regions
}

/** Whether a name stands where a declaration may have it. */
function declares(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]
  if (tokens[index]!.kind !== 'name' || before === undefined) return false
  if (!/^[;,=[():]$/.test(tokens[index + 1]?.text ?? '') && !isLabel(tokens, index)) return false
  return before.kind === 'name' ? !users.has(before.text) : /^[\])},:]$/.test(before.text)
}

/** `begin : name`, whose next token may be anything. */
function isLabel(tokens: readonly Token[], index: number): boolean {
  return tokens[index - 1]?.text === ':' && /^(?:begin|fork)$/.test(tokens[index - 2]?.text ?? '')
}
