import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/order.ts'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/long/**'],
    // Real tools and real processes: give them room on a small, shared machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One more than processors on a small machine: tests wait for a third of their time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
})
