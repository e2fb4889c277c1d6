import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/longest-first.ts'
import { REAL_TIME_FILES } from './tests/real-time-files.ts'

interface Tier {
  readonly include: string[]
  readonly exclude?: string[]
  /** Whatever takes longer hangs; slow machines are no fault. */
  readonly timeoutMs: number
  /** Groups run one after the other: the quick ones first, so that a mistake shows early. */
  readonly group: number
  /** One file at a time; otherwise files share all cores. */
  readonly isAlone?: boolean
  /** Files share a process: they leave nothing behind in it. Half of a quick test's time is the process's. */
  readonly sharesProcess?: boolean
}

/** A tier of tests: unit and contract run on the sources, the others also on `dist/`. */
const project = (name: string, { include, exclude = [], timeoutMs, group, ...tier }: Tier) => ({
  test: {
    name,
    include,
    exclude,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: 'forks' as const,
    isolate: tier.sharesProcess !== true,
    maxWorkers: tier.isAlone === true ? 1 : availableParallelism(),
    sequence: { groupOrder: group },
  },
})

const unit = (...folders: string[]) => folders.map((folder) => `tests/${folder}/**/*.test.ts`)

/** Long claims and canaries: only in `npm run test:full`. */
const full = { include: ['tests/full/**/*.test.ts', 'tests/canaries/**/*.test.ts'] }

const hardware = { include: ['tests/hardware/**/*.test.ts'] }

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      project('unit', {
        include: unit('configs', 'robot', 'sim', 'bridge'),
        timeoutMs: 120_000,
        group: 1,
        sharesProcess: true,
      }),
      // TensorFlow.js is one per process.
      project('unit-policy', { include: unit('policy'), timeoutMs: 120_000, group: 1 }),
      project('contract', {
        include: ['tests/contract/**/*.test.ts'],
        timeoutMs: 120_000,
        group: 1,
      }),
      project('integration', {
        include: ['tests/integration/**/*.test.ts'],
        exclude: REAL_TIME_FILES,
        timeoutMs: 120_000,
        group: 2,
      }),
      project('e2e', {
        include: ['tests/e2e/**/*.test.ts', 'tests/interop/**/*.test.ts'],
        exclude: REAL_TIME_FILES,
        timeoutMs: 240_000,
        group: 2,
      }),
      project('real-time', {
        include: REAL_TIME_FILES,
        timeoutMs: 240_000,
        group: 3,
        isAlone: true,
      }),
      ...(process.env['SIM2ARM_FULL'] === undefined
        ? []
        : [project('full', { ...full, timeoutMs: 3_600_000, group: 4, isAlone: true })]),
      // Moves an arm: only after `npm run test:hardware` has asked.
      ...(process.env['SIM2ARM_HARDWARE'] === undefined
        ? []
        : [project('hardware', { ...hardware, timeoutMs: 120_000, group: 1, isAlone: true })]),
    ],
  },
})
