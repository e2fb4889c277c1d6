import { readFileSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/** Of Linux, where it shares time between sessions first: the session of this process. See sched(7), autogroup. */
const AUTOGROUP = '/proc/self/autogroup'

/**
 * Asks the system to prefer this process over others, since its work has deadlines. Without the right to
 * ask, nothing changes.
 */
export function raisePriority(): void {
  const priority = constants.priority.PRIORITY_HIGH
  try {
    setPriority(priority)
    // What is asked for above counts only against others of the same session.
    if (isSessionLeader()) writeFileSync(AUTOGROUP, String(priority))
  } catch {
    // Not permitted for this user, or no such thing here: the process runs at the priority it has.
  }
}

/** Whether its session is this process's own, not that of a terminal with other programs. */
function isSessionLeader(): boolean {
  // pid (name) state parent group session …; the name may hold anything.
  const [, , , session] = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ')
  return Number(session) === process.pid
}
