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

/** Makes a fault be what the values of its open windows ask for, in the order in which they began. */
type Apply = (values: readonly number[]) => void

/**
 * A fault whose windows may overlap. @param open - called when the first of them begins; what it gives, whenever one begins
 * or ends
 */
function overlapping(open: (target: FaultTarget) => Apply): Begin {
  const running = new WeakMap<ServoBus, { windows: { value: number }[]; apply: Apply }>()
  return (target, value) => {
    const { windows, apply } = running.get(target.bus) ?? { windows: [], apply: open(target) }
    running.set(target.bus, { windows, apply })
    const tell = () => apply(windows.map((each) => each.value))
    const window = { value }
    windows.push(window)
    tell()
    return () => {
      windows.splice(windows.indexOf(window), 1)
      tell()
      if (windows.length === 0) running.delete(target.bus)
    }
  }
}

/** The window that began last counts; after all of them things are as before. */
function setting(key: Quantity): Begin {
  return overlapping(({ bus: { faults } }) => {
    const usual = faults[key]
    return (values) => {
      faults[key] = values.at(-1) ?? usual
    }
  })
}

function member(key: Ids): Begin {
  return overlapping(({ bus: { faults } }) => {
    let before: readonly number[] = []
    return (ids) => {
      for (const id of before) faults[key].delete(id)
      for (const id of ids) faults[key].add(id)
      before = ids
    }
  })
}

/** The lowest voltage counts. */
function brownOut(): Begin {
  return overlapping(({ bus }) => (volts) => {
    const before = bus.faults.supplyV
    const now = Math.min(Number.POSITIVE_INFINITY, ...volts)
    bus.faults.supplyV = now
    if (now < LOGIC_V && before >= LOGIC_V) bus.powerOff()
    if (now >= LOGIC_V && before < LOGIC_V) bus.powerOn()
  })
}

function unplug(): Begin {
  return overlapping((target) => {
    let isOut = false
    return ({ length }) => {
      if (!isOut) target.unplug()
      else if (length === 0) target.replug()
      isOut = length > 0
    }
  })
}
