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
  brownOutV: { value: 'volts', begin: brownOut },
  deadId: { value: 'id', begin: member('deadIds') },
  warmId: { value: 'id', begin: member('warmIds') },
  hotId: { value: 'id', begin: member('hotIds') },
  jammedId: { value: 'id', begin: member('jammedIds') },
  slippingId: { value: 'id', begin: member('slippingIds') },
  unplug: { value: 'any', begin: unplug },
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

function member(key: Ids): Begin {
  return ({ bus: { faults } }, id) => {
    faults[key].add(id)
    return () => void faults[key].delete(id)
  }
}

function brownOut({ bus }: FaultTarget, volts: number): () => void {
  bus.faults.supplyV = volts
  if (volts < LOGIC_V) bus.powerOff()
  return () => {
    bus.faults.supplyV = Number.POSITIVE_INFINITY
    if (volts < LOGIC_V) bus.powerOn()
  }
}

function unplug(target: FaultTarget): () => void {
  target.unplug()
  return () => target.replug()
}
