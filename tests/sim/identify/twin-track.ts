import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { Excitation } from '../../../robot/model/excitation.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import type { ArmTrack } from '../../../sim/identify/arm-track.ts'
import { createMujocoPlant } from '../../../sim/world/mujoco-plant.ts'
import { realitySchema } from '../../../sim/world/reality.schema.ts'
import { drawReality } from '../../../sim/world/reality.ts'

const PERIOD_S = 0.01
const ENCODER_STEP_RAD = (2 * Math.PI) / 4096
/** Duty per radian at the P gain that LeRobot writes (Rhoban/bam: 0.166 P), and its limit. */
const DUTY_PER_RAD = 16 * 0.166
const MAX_DUTY = 0.97

export interface TwinTrackOptions {
  readonly arm: ArmDescription
  /** Groups of a reality. */
  readonly reality: object
  readonly commandDelayS: number
  readonly durationS: number
  readonly centre: Float64Array
}

/** What `record --excite` would record of an arm in MuJoCo: motors in volts behind plain P control. */
export async function twinTrack(options: TwinTrackOptions): Promise<ArmTrack> {
  const { arm, commandDelayS, durationS, centre } = options
  const text = { version: 1, name: 'test', source: 'test', ...options.reality }
  const reality = drawReality(realitySchema.parse(text), new RandomStream(0))
  const plant = await createMujocoPlant({ arm, reality })
  const model = compileArm(arm)
  const excitation = new Excitation(model, centre, 0.3, durationS)
  const goal = new Float64Array(plant.numServos)
  const control = {
    dutyAt(timeS: number, { positionRad }: { positionRad: Float64Array }, duty: Float64Array) {
      const sentS = Math.floor((timeS - commandDelayS) / PERIOD_S + 1e-6) * PERIOD_S
      excitation.at(Math.max(0, sentS), goal)
      for (let i = 0; i < duty.length; i++) {
        const wanted = DUTY_PER_RAD * ((i < centre.length ? goal[i]! : 0) - positionRad[i]!)
        duty[i] = Math.max(-MAX_DUTY, Math.min(MAX_DUTY, wanted))
      }
    },
  }
  const n = model.numJoints
  plant.reset(Float64Array.from({ length: plant.numServos }, (_, i) => centre[i] ?? 0))
  // Sags into its pose first.
  const beganS = plant.timeS
  const still = {
    ...control,
    dutyAt: (_t: number, p: never, d: Float64Array) => control.dutyAt(0, p, d),
  }
  plant.advance(beganS + 2, still)
  const track = {
    timeS: [] as number[],
    measured: [] as Float64Array[],
    command: [] as Float64Array[],
  }
  const shifted = {
    dutyAt: (t: number, p: never, d: Float64Array) => control.dutyAt(t - beganS - 2, p, d),
  }
  for (let t = 0; t < durationS; t += PERIOD_S) {
    const quantised = plant.positionRad.map(
      (q) => ENCODER_STEP_RAD * Math.round(q / ENCODER_STEP_RAD),
    )
    const command = new Float64Array(n)
    excitation.at(t, command)
    track.timeS.push(t)
    track.measured.push(quantised.slice(0, n))
    track.command.push(command)
    plant.advance(beganS + 2 + t + PERIOD_S, shifted)
  }
  plant.dispose()
  return {
    ...track,
    timeS: Float64Array.from(track.timeS),
    beganS: 0,
    jointNames: model.jointNames,
  }
}
