import { constants, setPriority } from 'node:os'

/**
 * Asks the system to prefer this process over others, since its work has deadlines. Without the right to
 * ask, nothing changes.
 */
export function raisePriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH)
  } catch {
    // Not permitted for this user: the process runs at the priority it has.
  }
}
