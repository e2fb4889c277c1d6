import { readdirSync, readFileSync } from 'node:fs'
import type { Stopwatch } from './stopwatch.ts'

/** The clocks of this process. */
export const processStopwatch: Stopwatch = {
  wallS: () => performance.now() / 1000,
  cpuS() {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  },
}

/**
 * How long this process's threads have been ready to run while others had the cores, all living threads
 * together [s]; NaN where the system does not tell (it is Linux that does).
 */
export function heldUpS(): number {
  try {
    const waits = readdirSync('/proc/self/task').map(waitOf)
    return waits.reduce((sum, wait) => sum + wait, 0) / 1e9
  } catch {
    return Number.NaN
  }
}

/** Second figure of `schedstat`: time on a run queue [ns]. A thread that has just ended counts no more. */
function waitOf(thread: string): number {
  try {
    return Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1])
  } catch {
    return 0
  }
}
