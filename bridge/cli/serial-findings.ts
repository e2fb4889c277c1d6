import { spawnSync } from 'node:child_process'
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from './machine-findings.ts'

/** With the default of FTDI's driver a reply waits for up to 16 ms in the adapter. */
const MOST_LATENCY_MS = 1

export interface SerialFacts {
  /** Device files, `/dev`; and the kernel's, `/sys`. */
  readonly dev: string
  readonly sys: string
  readonly platform: NodeJS.Platform
  /** Groups of this user. */
  readonly groups: readonly string[]
  readonly isRoot: boolean
}

export function serialFacts(): SerialFacts {
  const groups = spawnSync('id', ['-nG'], { encoding: 'utf8' }).stdout ?? ''
  const isRoot = process.getuid?.() === 0
  return {
    dev: '/dev',
    sys: '/sys',
    platform: process.platform,
    groups: groups.split(/\s+/),
    isRoot,
  }
}

/** Serial adapters, whether this user may open them, and whether they answer at once. */
export function serialFindings(facts: SerialFacts): Finding[] {
  return [ports(facts), permission(facts), ...latencyTimers(facts)]
}

function ports({ dev, platform }: SerialFacts): Finding {
  const pattern = platform === 'darwin' ? /^cu\.(usb|wch)/ : /^tty(USB|ACM)\d+$/
  const found = filesIn(dev)
    .filter((file) => pattern.test(file))
    .map((file) => join(dev, file))
  const closed = found.filter((port) => !isAccessible(port))
  const name = 'serial-ports'
  if (closed.length > 0) {
    const hint = 'sudo usermod -aG dialout $USER, then log in again'
    return { name, status: 'absent', found: `no access to ${closed.join(', ')}`, hint }
  }
  if (found.length > 0) return { name, status: 'present', found: found.join(', ') }
  const hint = 'connect an arm, or use sim2arm twin'
  return { name, status: 'absent', found: 'none', hint }
}

/** Debian and its kin call the group dialout, Arch uucp; elsewhere nobody asks for one. */
function permission({ groups, isRoot, platform }: SerialFacts): Finding {
  const name = 'serial-permission'
  const group = groups.find((each) => each === 'dialout' || each === 'uucp')
  if (isRoot || platform !== 'linux' || group !== undefined) {
    return { name, status: 'present', found: isRoot ? 'root' : (group ?? 'none needed') }
  }
  const found = 'this user is in neither dialout nor uucp'
  return {
    name,
    status: 'absent',
    found,
    hint: 'sudo usermod -aG dialout $USER, then log in again',
  }
}

function latencyTimers({ sys }: SerialFacts): Finding[] {
  const folder = join(sys, 'bus', 'usb-serial', 'devices')
  return filesIn(folder).flatMap((device): Finding[] => {
    const file = join(folder, device, 'latency_timer')
    const latencyMs = readNumber(file)
    if (latencyMs === undefined) return []
    const name = `latency-${device}`
    if (latencyMs <= MOST_LATENCY_MS) return [{ name, status: 'present', found: `${latencyMs} ms` }]
    const found = `${latencyMs} ms: at most ${Math.floor(1000 / latencyMs)} reads per second`
    return [{ name, status: 'absent', found, hint: `echo 1 | sudo tee ${file}` }]
  })
}

function readNumber(file: string): number | undefined {
  try {
    const value = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return Number.isNaN(value) ? undefined : value
  } catch {
    return undefined
  }
}

/** Whether it can be read and written here. */
export function isAccessible(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Sorted; none where the folder is not there. */
export function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
