import type { ArmModel } from '../../robot/model/arm.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import type { JointSource } from '../deploy/joint-source.ts'

/**
 * A log's commands as targets for an arm, in their time: between two commands on a straight line.
 *
 * @param model - its joints are looked up in the track by name; all of them are there
 * @param speed - of the recorded pace, 1 as it was
 */
export function createTrackSource(
  { command, jointNames, timeS }: ArmTrack,
  model: ArmModel,
  speed: number,
): JointSource {
  const places = model.jointNames.map((name) => jointNames.indexOf(name))
  const endS = timeS.at(-1)!
  let k = 0
  return {
    begin: () => Float64Array.from(places, (place) => command[0]![place]!),
    next(sinceS, target) {
      const atS = sinceS * speed
      if (atS >= endS) return false
      while (timeS[k + 1]! <= atS) k++
      const share = (atS - timeS[k]!) / (timeS[k + 1]! - timeS[k]!)
      for (const [i, place] of places.entries()) {
        const from = command[k]![place]!
        target[i] = from + share * (command[k + 1]![place]! - from)
      }
      return true
    },
  }
}
