import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest, longest first. */
const longest = [
  'test/cli.test.ts',
  'src/domains/proofs/attacks/attacks.test.ts',
  'test/kill-resume.test.ts',
  'src/domains/proofs/judge/judge.test.ts',
  'src/domains/kernels/baseline/index.test.ts',
  'src/sandbox/container/images.test.ts',
  'test/kernels-environment.test.ts',
  'test/constraints.test.ts',
  'src/domains/kernels/judge/judge.test.ts',
  'test/hardware-verilog-eval.test.ts',
  'test/examples.test.ts',
  'test/hardware-basics.test.ts',
  'test/audit.test.ts',
  'src/sandbox/container/container.test.ts',
]

/** Starts long files first, so that none runs alone at the end; the others in the order that Vitest gives them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((path) => moduleId.endsWith(`/${path}`))
      return index === -1 ? longest.length : index
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}
