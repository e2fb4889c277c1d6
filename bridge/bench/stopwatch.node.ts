import type { Stopwatch } from './stopwatch.ts'

/** The clocks of this process. */
export const processStopwatch: Stopwatch = {
  wallS: () => performance.now() / 1000,
  cpuS() {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  },
}
