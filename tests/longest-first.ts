import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The longest files of their groups. Begun last, one of them would keep one core busy while the others rest. */
export const LONGEST = [
  'tests/e2e/smoke.test.ts',
  'tests/e2e/guides.test.ts',
  'tests/integration/train.test.ts',
  'tests/e2e/bad-days-training.test.ts',
  'tests/e2e/bad-days-input.test.ts',
  'tests/bridge/bench/faults.test.ts',
  'tests/policy/algorithms/hindsight.test.ts',
  'tests/contract/solvers.test.ts',
]

/**
 * Starts the longest files first, also where no earlier run tells how long each takes; then one project after
 * the other, since a process that files share is of one project.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((file) => moduleId.endsWith(file))
      return index === -1 ? LONGEST.length : index
    }
    const name = ({ project }: TestSpecification) => project.name
    return (await super.sort(files)).toSorted(
      (a, b) => rank(a) - rank(b) || name(a).localeCompare(name(b)),
    )
  }
}
