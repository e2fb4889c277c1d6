import type { ArmState, ArmWorld, Disturbance, Engine, Physics, Start } from './engine.ts'
import { checkLayout, type Snapshot } from './snapshot.ts'

interface SplitSnapshot extends Snapshot {
  readonly parts: readonly Snapshot[]
}

/** Where an arm is: which engine, and which arm of it. */
interface Seat {
  readonly engine: Engine
  readonly index: number
}

/**
 * Many arms over several engines as one: arm 0, 1, … of the first, then those of the next. Arms do not feel each
 * other in whatever world they are; but small worlds fit into a processor's cache.
 *
 * @param engines - at least one, all of a kind and time step; they belong to the split one from now on
 */
export function joinEngines(engines: readonly Engine[]): Engine {
  return engines.length === 1 ? engines[0]! : new SplitEngine(engines)
}

/** Sizes of as few worlds of at most `most` arms as hold `count`, as equal as can be. */
export function splitArms(count: number, most: number): number[] {
  const numWorlds = Math.ceil(count / most)
  const least = Math.floor(count / numWorlds)
  const numLarger = count - least * numWorlds
  return Array.from({ length: numWorlds }, (_, k) => (k < numLarger ? least + 1 : least))
}

class SplitEngine implements Engine {
  readonly kind: Engine['kind']
  readonly count: number
  readonly timestepS: number
  readonly worlds: readonly ArmWorld[]
  private readonly engines: readonly Engine[]
  private readonly seats: readonly Seat[]
  private readonly layout: string

  constructor(engines: readonly Engine[]) {
    const { kind, timestepS } = engines[0]!
    this.kind = kind
    this.timestepS = timestepS
    this.engines = engines
    const worlds: ArmWorld[] = []
    const seats: Seat[] = []
    for (const engine of engines) {
      const before = seats.length
      for (const { first, count, step } of engine.worlds) {
        worlds.push({ first: before + first, count, step })
      }
      for (let index = 0; index < engine.count; index++) seats.push({ engine, index })
    }
    this.worlds = worlds
    this.seats = seats
    this.count = seats.length
    this.layout = `${engines.map(({ count }) => count).join(' + ')} arms in ${kind}`
  }

  reset(index: number, physics: Physics, start: Start): void {
    const seat = this.seats[index]!
    seat.engine.reset(seat.index, physics, start)
  }

  setTarget(index: number, target: Float64Array): void {
    const seat = this.seats[index]!
    seat.engine.setTarget(seat.index, target)
  }

  disturb(index: number, disturbance: Disturbance): void {
    const seat = this.seats[index]!
    seat.engine.disturb(seat.index, disturbance)
  }

  step(): void {
    for (const engine of this.engines) engine.step()
  }

  state(index: number): ArmState {
    const seat = this.seats[index]!
    return seat.engine.state(seat.index)
  }

  snapshot(): SplitSnapshot {
    return { layout: this.layout, parts: this.engines.map((engine) => engine.snapshot()) }
  }

  restore(snapshot: Snapshot): void {
    checkLayout(snapshot, this.layout)
    const { parts } = snapshot as SplitSnapshot
    for (const [k, engine] of this.engines.entries()) engine.restore(parts[k]!)
  }

  dispose(): void {
    for (const engine of this.engines) engine.dispose()
  }
}
