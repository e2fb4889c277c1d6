import type { EventClock } from '../../model/clock.ts'
import type { ServoBus } from './bus.ts'
import type { TwinFaults } from './twin-faults.ts'

/** Below this the logic of a servo restarts when the supply comes back [V]. */
const LOGIC_V = 3.5

/** An emulated arm that things may go wrong with. */
export interface FaultTarget {
  readonly bus: ServoBus
  /** Pulls the cable of the host, and puts it back. */
  unplug(): void
  replug(): void
}

/** Makes something go wrong, and gives what ends it. */
type Begin = (target: FaultTarget, value: number) => () => void

type Quantity = {
  [Key in keyof TwinFaults]: TwinFaults[Key] extends number ? Key : never
}[keyof TwinFaults]
type Ids = Exclude<keyof TwinFaults, Quantity>

interface FaultKind {
  /** What its value is. */
  readonly value: 'share' | 'seconds' | 'volts' | 'id' | 'any'
  readonly begin: Begin
}

/** Everything that can be made to go wrong, by the name that a command line gives it. */
export const FAULTS = {
  dropRate: { value: 'share', begin: setting('dropRate') },
  corruptRate: { value: 'share', begin: setting('corruptRate') },
  duplicateRate: { value: 'share', begin: setting('duplicateRate') },
  delayRate: { value: 'share', begin: setting('delayRate') },
  delayS: { value: 'seconds', begin: setting('delayS') },
  latencyS: { value: 'seconds', begin: setting('latencyS') },
  brownOutV: { value: 'volts', begin: brownOut() },
  deadId: { value: 'id', begin: member('deadIds') },
  warmId: { value: 'id', begin: member('warmIds') },
  hotId: { value: 'id', begin: member('hotIds') },
  jammedId: { value: 'id', begin: member('jammedIds') },
  slippingId: { value: 'id', begin: member('slippingIds') },
  unplug: { value: 'any', begin: unplug() },
} as const satisfies Record<string, FaultKind>

export type FaultName = keyof typeof FAULTS

export interface ScheduledFault {
  readonly name: FaultName
  readonly value: number
  /** After the beginning [s]; Infinity lasts for good. */
  readonly atS: number
  readonly forS: number
}

/** Lets faults begin and end at their times, counted from now. */
export function scheduleFaults(
  faults: readonly ScheduledFault[],
  target: FaultTarget,
  clock: EventClock,
): void {
  const nowS = clock.now()
  for (const { name, value, atS, forS } of faults) {
    const start = (): void => {
      const end = FAULTS[name].begin(target, value)
      if (forS !== Number.POSITIVE_INFINITY) clock.schedule(nowS + atS + forS, end)
    }
    if (atS === 0) start()
    else clock.schedule(nowS + atS, start)
  }
}

/** Of windows that overlap the one that began last counts; after all of them things are as before. */
function setting(key: Quantity): Begin {
  const running = new WeakMap<TwinFaults, { usual: number; windows: { value: number }[] }>()
  return ({ bus: { faults } }, value) => {
    const { usual, windows } = running.get(faults) ?? { usual: faults[key], windows: [] }
    const window = { value }
    running.set(faults, { usual, windows })
    windows.push(window)
    faults[key] = value
    return () => {
      windows.splice(windows.indexOf(window), 1)
      faults[key] = windows.at(-1)?.value ?? usual
      if (windows.length === 0) running.delete(faults)
    }
  }
}

/** Lasts while any of its windows does. */
function member(key: Ids): Begin {
  const running = new WeakMap<TwinFaults, Map<number, number>>()
  return ({ bus: { faults } }, id) => {
    const windows = running.get(faults) ?? new Map<number, number>()
    running.set(faults, windows)
    const count = (by: number) => windows.set(id, (windows.get(id) ?? 0) + by).get(id)
    count(1)
    faults[key].add(id)
    return () => {
      if (count(-1) === 0) faults[key].delete(id)
    }
  }
}

/** Of windows that overlap the lowest voltage counts. */
function brownOut(): Begin {
  const running = new WeakMap<ServoBus, { volts: number }[]>()
  return ({ bus }, volts) => {
    const windows = running.get(bus) ?? []
    running.set(bus, windows)
    const supply = () => {
      const before = bus.faults.supplyV
      const now = Math.min(Number.POSITIVE_INFINITY, ...windows.map((each) => each.volts))
      bus.faults.supplyV = now
      if (now < LOGIC_V && before >= LOGIC_V) bus.powerOff()
      if (now >= LOGIC_V && before < LOGIC_V) bus.powerOn()
    }
    const window = { volts }
    windows.push(window)
    supply()
    return () => {
      windows.splice(windows.indexOf(window), 1)
      supply()
    }
  }
}

/** The cable is back when all of its windows are over. */
function unplug(): Begin {
  const running = new WeakMap<ServoBus, number>()
  return (target) => {
    const count = (by: number) => {
      running.set(target.bus, (running.get(target.bus) ?? 0) + by)
      return running.get(target.bus)
    }
    if (count(1) === 1) target.unplug()
    return () => {
      if (count(-1) === 0) target.replug()
    }
  }
}
