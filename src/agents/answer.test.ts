import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textOf } from '../core/files.ts'
import type { AnswerSpec } from '../core/task.ts'
import { answerFrom } from './answer.ts'
import { blocksOf } from './fences.ts'

const one: AnswerSpec = { kind: 'files', paths: ['src/Top.sv'], maxBytes: 1000 }
const two: AnswerSpec = { kind: 'files', paths: ['a.py', 'lib/b.py'], maxBytes: 1000 }

function fileIn(reply: string, path = 'src/Top.sv', spec = one): string | undefined {
  const answer = answerFrom(reply, spec)
  return answer?.kind === 'files' ? textOf(answer.files, path) : undefined
}

const block = (text: string, info = '') => `\`\`\`${info}\n${text}\n\`\`\``

describe('one file', () => {
  it.each([
    ['a block', `Here it is:\n\n${block('module Top;')}\nDone.`],
    ['a block with a language', block('module Top;', 'verilog')],
    ['a path in the info string', block('module Top;', 'verilog src/Top.sv')],
    ['a path after a colon', block('module Top;', 'verilog:src/Top.sv')],
    ['a path as an attribute', block('module Top;', 'sv title="src/Top.sv"')],
    ['a path in bold on the line before', `**\`src/Top.sv\`**:\n\n${block('module Top;')}`],
    ['a heading with the name only', `### Top.sv\n${block('module Top;')}`],
    ['tildes', '~~~sv\nmodule Top;\n~~~'],
    ['CRLF', '```sv\r\nmodule Top;\r\n```\r\n'],
    ['an unclosed fence', '```sv\nmodule Top;'],
    ['an indented fence', '1. The file:\n   ```sv\n   module Top;\n   ```'],
    ['thought before it', `<think>\n${block('wrong')}\n</think>\n${block('module Top;')}`],
    ['thought without its opening tag', `${block('wrong')}</think>\n${block('module Top;')}`],
    ['a whole reply that is code', 'module Top;'],
  ])('%s', (_, reply) => {
    expect(fileIn(reply)?.trimEnd()).toBe('module Top;')
  })

  it('takes the last draft, not a short example after it', () => {
    const full = 'module Top(input a, output y);\n  assign y = a;\nendmodule'
    const reply = [
      block('module Top; // first draft, wrong in one place\nendmodule'),
      block(full),
      block('Top t();'),
    ]
    expect(fileIn(reply.join('\n\n'))).toBe(`${full}\n`)
  })

  it('leaves blocks for other files, and what was typed or seen on a terminal', () => {
    const reply = [
      `tb.sv\n${block('module tb; /* a long testbench, longer than the design itself */ endmodule', 'sv')}`,
      block('module Top;', 'sv'),
      `Run it:\n${block('iverilog -g2012 src/Top.sv and many more words than the answer itself has', 'bash')}`,
    ]
    expect(fileIn(reply.join('\n'))).toBe('module Top;\n')
    expect(fileIn(reply[0] ?? '')).toBeUndefined()
  })

  it('prefers a closed draft to one that was cut off', () => {
    expect(fileIn(`${block('module Top;')}\nBetter:\n\`\`\`sv\nmodule To`)).toBe('module Top;\n')
  })

  it('keeps blocks that stand in a block', () => {
    const document = `# Title\n${block('code', 'sh')}\nEnd`
    expect(fileIn(block(document, 'markdown'))).toBe(`${document}\n`)
    expect(fileIn(`\`\`\`\`\n${document}\n\`\`\`\``)).toBe(`${document}\n`)
  })

  it('closes a long fence over a short one that was left open', () => {
    expect(fileIn('````\n```sv\nforgotten\n````\n')).toBe('```sv\nforgotten\n')
  })

  it.each([
    ['prose', 'I am sorry, but I cannot find out how this circuit is meant to work (or why).'],
    ['nothing', ''],
    ['an empty block', block('  ')],
    ['only thought', '<think>\nmodule Top;'],
  ])('%s is no answer', (_, reply) => {
    expect(answerFrom(reply, one)).toBeUndefined()
  })
})

describe('several files', () => {
  it('are told apart by their paths', () => {
    const reply = `a.py\n${block('A')}\n\n**lib/b.py**\n${block('B', 'python')}\n\na.py, repaired:\n${block('A2')}`
    expect(fileIn(reply, 'a.py', two)).toBe('A2\n')
    expect(fileIn(reply, 'lib/b.py', two)).toBe('B\n')
  })

  it('are told apart by a comment on the first line, which stays', () => {
    const reply = `${block('# lib/b.py\nB', 'python')}\n${block('# a.py\nA', 'python')}`
    expect(fileIn(reply, 'a.py', two)).toBe('# a.py\nA\n')
  })

  it('come in order where none has a path', () => {
    expect(fileIn(`${block('A')}\n${block('B')}`, 'lib/b.py', two)).toBe('B\n')
    expect(answerFrom(block('A'), two)).toBeUndefined()
  })
})

describe('a string', () => {
  const spec: AnswerSpec = { kind: 'text', maxBytes: 100 }
  it.each([
    [`The flag is:\n${block('flag{x}')}`, 'flag{x}'],
    ['<think>hm</think>  flag{x}\n', 'flag{x}'],
  ])('%j', (reply, text) => {
    expect(answerFrom(reply, spec)).toEqual({ kind: 'text', text })
  })
})

describe('properties', () => {
  const line = fc.string({ maxLength: 30 }).map((text) => text.replace(/[\r\n`~]/g, ' '))
  const code = fc
    .array(line, { minLength: 1, maxLength: 10 })
    .map((lines) => lines.join('\n'))
    .filter((text) => text.trim() !== '' && !/think/.test(text))

  it('whatever code stands in a block comes out as it was', () => {
    const spec: AnswerSpec = { kind: 'files', paths: ['answer'], maxBytes: 1000 }
    fc.assert(
      fc.property(code, code, fc.constantFrom('```', '~~~', '`````'), (text, prose, fence) => {
        const reply = `${prose}\nanswer\n${fence}\n${text}\n${fence}\n${prose}`
        expect(fileIn(reply, 'answer', spec)).toBe(text.endsWith('\n') ? text : `${text}\n`)
      }),
    )
  })

  it('no reply is too strange, and a file that was not asked for never comes out', () => {
    const piece = fc.constantFrom(
      '```',
      '````',
      '~~~',
      '```sv',
      'src/Top.sv',
      'tb.sv',
      '\n',
      '\r\n',
      '<think>',
      '</think>',
      ' ',
      'x;',
      '\u2028',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }), (pieces) => {
        const answer = answerFrom(pieces.join(''), one)
        if (answer?.kind === 'files') expect([...answer.files.keys()]).toEqual(['src/Top.sv'])
      }),
    )
  })

  it.each([
    ['fences', '```\n'],
    ['fences that open', '```sv\n'],
    ['fences of growing length', undefined],
    ['named blocks', 'src/Top.sv\n```\nx\n```\n'],
    ['backticks', '`'],
    ['backticks before a line separator', '`\u2028'],
    ['spaces', ' '],
    ['thought', '<think>\n'],
    ['ended thought', '</think>'],
    ['words', 'word '],
    ['one line of commas', ',a.b'],
  ])('takes time linear in hostile input: %s', (_, unit) => {
    const growing = Array.from({ length: 1000 }, (_, at) => `${'`'.repeat((at % 500) + 3)}x\n`).join('')
    const text = unit === undefined ? growing : unit.repeat(Math.ceil(500_000 / unit.length))
    const before = process.cpuUsage()
    answerFrom(text, one)
    answerFrom(text, two)
    blocksOf(text)
    const { user } = process.cpuUsage(before)
    // Quadratic time would be minutes; the machine may be busy with other things.
    expect(user / 1e6).toBeLessThan(4)
  })
})
