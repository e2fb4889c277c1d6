import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import { createReading } from '../../robot/bus/arm-reading.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { Clock } from '../../robot/model/clock.ts'

const PERIOD_S = 0.02

/**
 * A leader that a hand moves, read over and over beside a control loop, which never waits for it. It is limp. One
 * that cannot be read any more grows old, as any sensor does.
 */
export class LeaderFeed {
  /** Of its arm [numJoints of the model], [rad]. */
  readonly q: Float64Array
  /** Why it could not be read just now; undefined when it could. */
  failure: unknown
  private readonly driver: ArmDriver
  private readonly clock: Clock
  private readonly indices: readonly number[]
  private readonly reading: ReturnType<typeof createReading>
  private readonly ending = new AbortController()
  private running: Promise<void> | undefined
  private heardS = Number.NEGATIVE_INFINITY

  /** @param driver - its joints by name are those of the model, and others */
  constructor(driver: ArmDriver, model: ArmModel, clock: Clock) {
    this.driver = driver
    this.clock = clock
    this.indices = model.jointNames.map((name) => driver.jointNames.indexOf(name))
    this.reading = createReading(driver.jointNames.length)
    this.q = new Float64Array(model.numJoints)
  }

  /** Connects, lets its joints go and looks at it once. Throws what the driver throws. */
  async open(signal?: AbortSignal): Promise<void> {
    await this.driver.open(signal)
    await this.driver.disable()
    await this.look()
    this.running = this.readOn()
  }

  /** How old the oldest of its joints is [s]. */
  ageS(nowS: number): number {
    return nowS - this.heardS
  }

  async close(): Promise<void> {
    this.ending.abort()
    await this.running
    await this.driver.close()
  }

  private async readOn(): Promise<void> {
    const { clock, ending } = this
    while (!ending.signal.aborted) {
      try {
        await this.look()
        this.failure = undefined
      } catch (error) {
        this.failure = error
      }
      await clock.sleepUntil(clock.now() + PERIOD_S, ending.signal).catch(() => {})
    }
  }

  private async look(): Promise<void> {
    const { clock, driver, indices, q, reading } = this
    await driver.read(reading)
    for (let i = 0; i < q.length; i++) q[i] = reading.positionRad[indices[i]!]!
    this.heardS = clock.now() - Math.max(...reading.ageS)
  }
}
