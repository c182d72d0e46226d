import type { Finding } from '../../core/verdict.ts'
import { maxFindings } from './classify.ts'
import { answerPath, type KeyFacts, referenceModule } from './key.ts'
import { parametersAsDirectives } from './macros.ts'
import { declaredUnits } from './modules.ts'
import { checkPaths } from './paths.ts'
import type { Token } from './tokens.ts'

/** Functions of values alone: they see nothing outside the design and change nothing. */
const pureFunctions = new Set(
  '$signed $unsigned $clog2 $bits $size $left $right $low $high $increment $dimensions $unpacked_dimensions $countones $onehot $onehot0 $isunknown $countbits $rtoi $itor $realtobits $bitstoreal $ceil $floor $pow $sqrt $ln $log10'.split(
    ' ',
  ),
)
/** Sampled-value functions that Icarus does not have: an honest mistake, which elaboration names. */
const unsupportedFunctions = new Set('$past $rose $fell $stable $changed $sampled $cast'.split(' '))

const systemFamilies: readonly (readonly [RegExp, string, string])[] = [
  [
    /^\$(f?(display|write|monitor|strobe)[bho]?|monitoron|monitoroff|info|warning|error|fatal|printtimescale|show\w+|list)$/,
    'prints',
    'a design may not print; remove the call (an assertion may stand without its else part)',
  ],
  [
    /^\$(finish\w*|stop|exit|fatal)$/,
    'stops-simulation',
    'only the testbench ends the simulation; remove the call',
  ],
  [
    /^\$(f\w+|readmem\w*|writemem\w*|dump\w*|ungetc|rewind|sdf_annotate|sread\w*|swrite\w*|sformat\w*|sscanf|vcd\w*)$/,
    'touches-files',
    'a design may not touch files, dumps or text output',
  ],
  [/^\$(u?random\w*|dist_\w+)$/, 'random', "a design may not draw from the testbench's random sequence"],
  [/^\$(s?time|realtime|simtime|timeformat)$/, 'reads-time', 'a design may not read the simulation time'],
  [/^\$(test|value)\$plusargs$/, 'reads-arguments', "a design may not read the simulator's arguments"],
  [/^\$(root|unit)$/, 'names-testbench', 'a design may not name what is outside it'],
  [/^\$system$/, 'runs-command', 'a design may not run commands'],
]

const forbiddenWords = new Map<string, readonly [code: string, why: string]>([
  ...['force', 'release'].map(
    (word) => [word, ['forces', 'a design may not override signals; use assignments']] as const,
  ),
  ...['tran', 'tranif0', 'tranif1', 'rtran', 'rtranif0', 'rtranif1', 'alias'].map(
    (word) =>
      [word, ['bidirectional', 'a bidirectional switch could drive what it is connected to']] as const,
  ),
  ['bind', ['binds', 'a design may not add to other modules']],
  ...['final', 'program', 'endprogram', 'config', 'endconfig', 'checker', 'library'].map(
    (word) =>
      [word, ['not-a-design', 'this belongs to testbenches and tool set-ups, not to a design']] as const,
  ),
])

/**
 * Directives that Icarus reads after preprocessing, with the rest of their line; each is confined to the design and
 * must stand alone on its line. Sticky, so that no line is read more than once however many stand on it.
 */
const plainDirectives = new Map<string, RegExp>([
  ['`timescale', /[ \t]+1(?:00?)?[ \t]*[munpf]?s[ \t]*\/[ \t]*1(?:00?)?[ \t]*[munpf]?s[ \t\r]*(?:\n|$)/y],
  ['`default_nettype', /[ \t]+[a-z0-9]+[ \t\r]*(?:;[ \t\r]*)?(?:\n|$)/y],
  ['`resetall', /[ \t\r]*(?:\n|$)/y],
  ['`celldefine', /[ \t\r]*(?:\n|$)/y],
  ['`endcelldefine', /[ \t\r]*(?:\n|$)/y],
])

const preprocessorOnly = new Set([
  '`include',
  '`line',
  '`begin_keywords',
  '`end_keywords',
  '`pragma',
  '`protect',
  '`undefineall',
])

/** Whether the text must go through the preprocessor before its tokens mean anything. */
export function needsPreprocessor(tokens: readonly Token[]): boolean {
  return (
    tokens.some((token) => token.kind === 'directive' && !plainDirectives.has(token.text)) ||
    tokens.some((token) => token.kind === 'mark' && token.text === '`')
  )
}

/** Rules for the text as it was handed in, before any macro is expanded. */
export function checkSource(tokens: readonly Token[]): Finding[] {
  const broken = tokens.filter((token) => token.kind === 'directive' && preprocessorOnly.has(token.text))
  // A word of library files only; in a design it could be made a directive by a macro.
  const words = tokens.filter((token) => token.kind === 'name' && token.text === 'include')
  const findings = [
    ...broken.map((token) =>
      token.text === '`include' ? include(token) : finding('directive', token, noDirective),
    ),
    ...words.map(include),
    ...parametersAsDirectives(tokens).map((token) =>
      finding('directive', token, "a macro's parameter may not name a directive"),
    ),
  ]
  return findings.slice(0, maxFindings)
}

const noDirective = 'a design may not use this compiler directive'

function include(token: Token): Finding {
  return finding('includes-file', token, 'a design stands alone: put everything into one file')
}

/** Rules for preprocessed text. Empty where the design keeps them all. */
export function checkDesign(text: string, tokens: readonly Token[], key: KeyFacts): Finding[] {
  const findings: Finding[] = []
  for (const [index, token] of tokens.entries()) {
    const broken =
      brokenBySystemName(token) ??
      brokenByWord(token, tokens[index + 1]) ??
      brokenByDirective(token, text) ??
      brokenByKeyName(token, tokens[index - 1], tokens[index + 1], key)
    if (broken !== undefined) findings.push(broken)
    if (findings.length >= maxFindings) return findings
  }
  findings.push(...checkPaths(tokens, key))
  for (const unit of declaredUnits(tokens)) {
    if (key.units.has(unit.text))
      findings.push(
        finding('redefines-testbench', unit, 'this name belongs to the testbench; choose another'),
      )
  }
  return findings.slice(0, maxFindings)
}

function brokenBySystemName(token: Token): Finding | undefined {
  if (token.kind !== 'system') return undefined
  if (pureFunctions.has(token.text) || unsupportedFunctions.has(token.text)) return undefined
  const family = systemFamilies.find(([names]) => names.test(token.text))
  return family === undefined
    ? finding('system-name', token, 'a design may use only functions of values, such as $signed and $clog2')
    : finding(family[1], token, family[2])
}

/** The same rule for what was elaborated, whatever way it was written. */
export function checkSystemCalls(
  calls: readonly { readonly name: string; readonly line: number }[],
): Finding[] {
  return calls.flatMap(({ name, line }) => {
    // An assertion without an action reports through $error, which cannot be mistaken for the judge's record.
    if (name === '$error') return []
    const broken = brokenBySystemName({ kind: 'system', text: name, line, start: 0, end: 0 })
    return broken === undefined ? [] : [broken]
  })
}

function brokenByWord(token: Token, next: Token | undefined): Finding | undefined {
  // At the start of a line Icarus takes it for a directive, which renames the file in its messages.
  if (token.text === '#' && next?.kind === 'name' && next.text === 'line')
    return finding('directive', token, '#line is a compiler directive; give a delay another name')
  if (token.kind !== 'name') return undefined
  if ((token.text === 'import' || token.text === 'export') && next?.kind === 'string')
    return finding('foreign-code', token, 'a design may not call foreign code')
  const word = forbiddenWords.get(token.text)
  return word && finding(word[0], token, word[1])
}

function brokenByDirective(token: Token, text: string): Finding | undefined {
  if (token.kind === 'mark' && token.text === '`') return finding('directive', token, 'a stray backquote')
  if (token.kind !== 'directive') return undefined
  const allowed = plainDirectives.get(token.text)
  if (allowed !== undefined && startsLine(text, token.start)) {
    allowed.lastIndex = token.end
    if (allowed.test(text)) return undefined
  }
  return finding(
    'directive',
    token,
    allowed === undefined ? noDirective : 'write the directive alone on its line, in its usual form',
  )
}

function startsLine(text: string, start: number): boolean {
  let before = start - 1
  while (before >= 0 && ' \t\r\f'.includes(text[before]!)) before--
  return before < 0 || text[before] === '\n'
}

function brokenByKeyName(
  token: Token,
  before: Token | undefined,
  next: Token | undefined,
  key: KeyFacts,
): Finding | undefined {
  if (token.kind !== 'name' || before?.text === '.') return undefined
  if (next?.text === '::' && key.units.has(token.text))
    return finding('names-testbench', token, 'a design may not reach into the testbench')
  const instantiates = next?.kind === 'name' || next?.text === '#'
  if (instantiates && key.units.has(token.text) && !unitKeyword(before))
    return token.text === referenceModule
      ? finding('instantiates-reference', token, 'a design may not use the reference')
      : finding('names-testbench', token, 'a design may not use modules of the testbench')
  return undefined
}

function unitKeyword(token: Token | undefined): boolean {
  return token !== undefined && ['module', 'macromodule', 'endmodule', ':'].includes(token.text)
}

function finding(code: string, token: Token, why: string): Finding {
  return { code, severity: 'error', message: `${token.text}: ${why}`, at: `${answerPath}:${token.line}` }
}
