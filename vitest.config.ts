import { defineConfig } from 'vitest/config'

/** Tiers: unit and contract run on the sources; integration and e2e run on `dist/`. */
const project = (name: string, include: string[], timeoutMs: number, isAlone = false) => ({
  test: {
    name,
    include,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: 'forks' as const,
    // Real-time loops of two files would take each other's deadlines.
    fileParallelism: !isAlone,
  },
})

export default defineConfig({
  test: {
    projects: [
      project(
        'unit',
        [
          'tests/configs/**/*.test.ts',
          'tests/robot/**/*.test.ts',
          'tests/sim/**/*.test.ts',
          'tests/policy/**/*.test.ts',
          'tests/bridge/**/*.test.ts',
        ],
        20_000,
      ),
      project('contract', ['tests/contract/**/*.test.ts'], 30_000),
      project('integration', ['tests/integration/**/*.test.ts'], 120_000, true),
      project('e2e', ['tests/e2e/**/*.test.ts', 'tests/interop/**/*.test.ts'], 240_000, true),
    ],
  },
})
