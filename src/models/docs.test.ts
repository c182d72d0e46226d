import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { priceFileSchema } from './prices.ts'
import { scriptSchema } from './scripted/schema.ts'

it('the examples in docs/models.md are what they say they are', async () => {
  const page = await readFile(new URL('../../docs/models.md', import.meta.url), 'utf8')
  const [prices, script] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1]!)
  expect(scriptSchema.parse(JSON.parse(script!)).rules).toHaveLength(2)
  expect(priceFileSchema.parse(JSON.parse(prices!)).models).toHaveLength(1)
})
