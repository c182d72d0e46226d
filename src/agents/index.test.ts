import { describe, expect, it } from 'vitest'
import { baseline, memoryDomain } from '../../test/support/memory-domain.ts'
import { agentNames, agentOf, describeAgents } from './index.ts'

const domain = memoryDomain({ baseline })

describe('agentOf', () => {
  it.each([
    ['react', 'react'],
    ['best-of:k=8', 'best-of:k=8'],
    ['best-of:k=4', 'best-of'],
    ['best-of:k=08', 'best-of:k=8'],
    ['refine:tokens=5000,rounds=2', 'refine:rounds=2,tokens=5000'],
    ['attack:name=claims-pass', 'attack:name=claims-pass'],
    ['replay:from=/a/b:c=d', 'replay:from=/a/b:c=d'],
    ['baseline', 'baseline'],
  ])('%s is named %s', (spec, name) => {
    expect(agentOf(spec, domain).name).toBe(name)
  })

  it.each([
    ['cleverest', 'unknown-agent', /react, refine, best-of/],
    ['toString', 'unknown-agent', /there are/],
    ['', 'unknown-agent', /there are/],
    ['best-of:n=3', 'bad-agent-option', /"n"[\s\S]*Its options: k/],
    ['best-of:k=0', 'bad-agent-option', /k/],
    ['best-of:k=many', 'bad-agent-option', /k/],
    ['best-of:k=', 'bad-agent-option', /"k" has no value/],
    ['best-of:8', 'bad-agent-option', /"8" is not key=value/],
    ['best-of:', 'bad-agent-option', /not key=value/],
    ['best-of:k=1,k=2', 'bad-agent-option', /given twice/],
    ['refine:seconds=Infinity', 'bad-agent-option', /seconds/],
    ['nop:a=b', 'bad-agent-option', /It has no options/],
    ['nop:__proto__=b', 'bad-agent-option', /It has no options/],
    ['replay', 'bad-agent-option', /from/],
    ['attack:name=x', 'unknown-attack', /never-applies/],
  ])('%j: %s', (spec, code, message) => {
    const refused = expect(() => agentOf(spec, domain))
    refused.toThrow(expect.objectContaining({ code, exitCode: 2 }))
    refused.toThrow(message)
  })

  it('says that a domain has no baseline', () => {
    expect(() => agentOf('baseline', memoryDomain())).toThrow(/memory has no baseline/)
  })
})

it('describes every agent and every option', () => {
  const described = describeAgents()
  expect(described.map(({ name }) => name)).toEqual(agentNames())
  for (const { about, options } of described) {
    expect(about).not.toBe('')
    for (const option of options) expect(option).toMatch(/^\w+: .+/)
  }
  expect(described.find(({ name }) => name === 'best-of')?.options).toEqual(['k: candidates (4)'])
})
