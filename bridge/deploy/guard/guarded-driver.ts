import type { ArmDriver, ArmReading } from '../../../robot/bus/arm-driver.ts'

/** What a controller tells its guard. */
export interface Watchman {
  /** From now on the end or silence of this process means that the arm must be brought down. */
  watch(): void
  /** A sign of life; cheap enough for every cycle. */
  beat(): void
  /** The arm has been left as it should be. */
  standDown(): void
}

/** The same driver; its use tells the guard how things stand. */
export function guardedDriver(driver: ArmDriver, guard: Watchman): ArmDriver {
  return {
    name: driver.name,
    jointNames: driver.jointNames,
    open: (signal) => driver.open(signal),
    ...(driver.calibrated && { calibrated: driver.calibrated }),
    enable(torqueShare?: Float64Array) {
      guard.watch()
      return driver.enable(torqueShare)
    },
    read(out: ArmReading) {
      guard.beat()
      return driver.read(out)
    },
    write: (goalRad) => driver.write(goalRad),
    limitTorque: (share) => driver.limitTorque(share),
    disable: () => driver.disable(),
    async close() {
      await driver.close()
      guard.standDown()
    },
  }
}
