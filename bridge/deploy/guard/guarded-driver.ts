import type { ArmDriver, ArmReading } from '../../../robot/bus/arm-driver.ts'

/** Between two signs of life while a request takes long [ms], and how many there are at most. */
const BEAT_MS = 500
const MOST_BEATS = 60

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
      return beating(guard, driver.enable(torqueShare))
    },
    read(out: ArmReading, byS?: number) {
      guard.beat()
      return driver.read(out, byS)
    },
    write: (goalRad) => driver.write(goalRad),
    limitTorque: (share) => beating(guard, driver.limitTorque(share)),
    disable: () => beating(guard, driver.disable()),
    async close() {
      await driver.close()
      guard.standDown()
    },
  }
}

/** A request that asks its servos again and again is no hanging process, until it takes beyond all reason. */
async function beating(guard: Watchman, request: Promise<void>): Promise<void> {
  let left = MOST_BEATS
  const timer = setInterval(() => {
    if (left-- > 0) guard.beat()
  }, BEAT_MS)
  try {
    await request
  } finally {
    clearInterval(timer)
  }
}
