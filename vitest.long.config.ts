import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'test/long/**/*.test.ts',
      'test/baseline.test.ts',
      'test/hardware-verilog-eval.test.ts',
      'test/proofs-basics.test.ts',
      'test/kernels-environment.test.ts',
      'src/domains/kernels/attacks/attacks.test.ts',
      'src/domains/kernels/attacks/gpu.test.ts',
      'src/domains/proofs/attacks/attacks.test.ts',
    ],
    env: { TOUCHSTONE_LONG: '1' },
    testTimeout: 30 * 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
