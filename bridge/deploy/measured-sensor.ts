import type { Arrivals } from '../../robot/sensors/arrival-meter.ts'
import { type SensorDescription, sensorSchema } from '../../robot/sensors/sensor.schema.ts'

/** A camera that rests in the dark gives fewer frames: how much slower training shall know it. */
const SLOWEST = 0.8
/** The share of messages between the two delays that are measured. */
const MEASURED_SHARE = 0.9

/**
 * A sensor as it was measured: what to train with. What was not measured is as in `known`.
 * @param uri - where its messages came from
 * @param joints - of joints that came from a stream too
 */
export function measuredSensor(
  arrivals: Arrivals,
  uri: string,
  known?: SensorDescription,
  joints?: Arrivals | null,
): SensorDescription {
  const { delayS, messages, rateHz } = arrivals
  const width = Math.max(0, delayS.p95 - delayS.p05)
  const jitter = delayS.p50 > 0 ? width / MEASURED_SHARE / delayS.p50 : 0
  return sensorSchema.parse({
    ...(known ?? { version: 1, name: 'measured' }),
    source: `rate and delay of ${messages} messages of ${uri}`,
    rateHz: [rounded(SLOWEST * rateHz), rounded(rateHz)],
    delayS: delayRange(delayS),
    delayJitter: [0, rounded(Math.min(1, jitter))],
    ...(joints && { jointDelayS: delayRange(joints.delayS) }),
  })
}

/** What nine of ten messages took [s]; clocks that differ may make it less than nothing. */
function delayRange({ p05, p95 }: Arrivals['delayS']): [number, number] {
  return [rounded(Math.max(0, p05)), rounded(Math.max(0, p95))]
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
