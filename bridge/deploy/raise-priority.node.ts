import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'

/** Of Linux, where it shares time between sessions first: the session of this process. See sched(7), autogroup. */
const AUTOGROUP = '/proc/self/autogroup'
/** Of Linux: `<process>/task/<thread>` of whoever reads it. */
const OWN_THREAD = '/proc/thread-self'
/** Questions at once, and how often, until each thread of Node's pool was heard. */
const AT_ONCE = 16
const MOST_ROUNDS = 50
const DEFAULT_POOL = 4
/** Of real time, below the kernel's own 50; what reads and writes ports goes before who waits for it by counting time. */
const REALTIME = { own: 20, pool: 21 }

/**
 * Asks the system to prefer this process over others, since its work has deadlines: the thread that runs it, and those
 * of Node's pool, in which a serial port is read and written. Where the user may, on Linux, they are scheduled in real
 * time (SCHED_RR, sched(7)): root, CAP_SYS_NICE or `rtprio` in limits.conf, as controllers of ROS 2 ask for. Without the
 * right to ask, nothing changes.
 */
export async function raisePriority(): Promise<void> {
  const priority = constants.priority.PRIORITY_HIGH
  // Elsewhere than on Linux threads cannot be told apart.
  const pool = await poolThreads().catch(() => new Set<number>())
  await Promise.all([
    scheduleInRealTime(process.pid, REALTIME.own),
    ...[...pool].map((thread) => scheduleInRealTime(thread, REALTIME.pool)),
  ])
  try {
    setPriority(priority)
    for (const thread of pool) setPriority(thread, priority)
    // What is asked for above counts only against others of the same session.
    if (isSessionLeader()) writeFileSync(AUTOGROUP, String(priority))
  } catch {
    // Not permitted for this user, or no such thing here: the process runs at the priority it has.
  }
}

/** By the tool of util-linux; what the thread starts later is not of real time. Resolves either way. */
function scheduleInRealTime(thread: number, priority: number): Promise<void> {
  const args = ['--reset-on-fork', '--rr', '--pid', String(priority), String(thread)]
  return new Promise((resolve) => {
    execFile('chrt', args, () => resolve())
  })
}

/** Niceness is of a thread on Linux, and only a new one takes that of its maker: these may have been there before. */
async function poolThreads(): Promise<ReadonlySet<number>> {
  const numThreads = Number(process.env['UV_THREADPOOL_SIZE'] ?? DEFAULT_POOL)
  const found = new Set<number>()
  for (let round = 0; round < MOST_ROUNDS && found.size < numThreads; round++) {
    const asked = Array.from({ length: AT_ONCE }, () => readlink(OWN_THREAD))
    for (const path of await Promise.all(asked)) found.add(Number(path.split('/').at(-1)))
  }
  return found
}

/** Whether its session is this process's own, not that of a terminal with other programs. */
function isSessionLeader(): boolean {
  // pid (name) state parent group session …; the name may hold anything.
  const [, , , session] = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ')
  return Number(session) === process.pid
}
