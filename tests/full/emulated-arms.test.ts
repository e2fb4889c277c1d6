import { describe, expect, it } from 'vitest'
import { moveTo, PERIOD_S } from '../../bridge/bench/study/joint-rig.ts'
import { poseWithLean } from '../../bridge/bench/study/study-poses.ts'
import { createTwinRig } from '../../bridge/bench/study/twin-rig.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { Excitation } from '../../robot/model/excitation.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import { fitArm } from '../../sim/identify/fit-arm.ts'
import { loadReality } from '../../sim/world/reality.node.ts'

const ENCODER_STEP_RAD = (2 * Math.PI) / 4096
const SECONDS = 12
const AMPLITUDE_RAD = 0.3

/** What an emulated arm does when excited: firmware, registers and bus in front of motors in volts, without play. */
async function fitEmulated(name: string, poseOf: (model: ArmModel) => Float64Array) {
  const arm = loadArmDescription(name)
  const model = compileArm(arm)
  const rig = await createTwinRig(arm, model, loadReality('nominal'))
  const centre = poseOf(model)
  await moveTo(rig, Float64Array.from(rig.position), centre, 0.8, 1)
  const excitation = new Excitation(model, centre, AMPLITUDE_RAD, SECONDS)
  const measured: Float64Array[] = []
  const command: Float64Array[] = []
  for (let k = 0; k * PERIOD_S < SECONDS; k++) {
    const target = new Float64Array(model.numJoints)
    excitation.at(k * PERIOD_S, target)
    measured.push(rig.position.map((q) => ENCODER_STEP_RAD * Math.round(q / ENCODER_STEP_RAD)))
    command.push(target)
    await rig.step(target)
  }
  rig.dispose()
  const timeS = Float64Array.from(measured, (_, k) => k * PERIOD_S)
  const track: ArmTrack = { jointNames: model.jointNames, beganS: 0, timeS, measured, command }
  return fitArm([track], model, { maxIterations: 8 })
}

describe('an emulated arm is found again from what it did', () => {
  // Duty per radian · supply · torque constant / resistance, of Rhoban/bam's fit: 16 · 0.166 · 7.4 · 1.2116 / 2.676.
  it('as its STS3215 have it: stiffness of loaded joints to 5 %, of the others within the interval', async () => {
    const { joints } = await fitEmulated('so101', (model) => poseWithLean(model, 0.22, 0.14, 0.4))
    for (const name of ['shoulder_lift', 'elbow_flex']) {
      expect(Math.abs(joints[name]!.stiffnessNmPerRad.value / 8.9 - 1)).toBeLessThan(0.05)
    }
    for (const { stiffnessNmPerRad } of Object.values(joints)) {
      expect(stiffnessNmPerRad.low).toBeLessThan(8.9)
      expect(stiffnessNmPerRad.high).toBeGreaterThan(8.87)
    }
  })

  it('as its XL430 and XL330 have it', async () => {
    const { joints } = await fitEmulated('koch', (model) => Float64Array.from(model.restPose))
    // The XL430 is what the arm's file says, 2.76 Nm/rad.
    expect(Math.abs(joints['shoulder_lift']!.stiffnessNmPerRad.value / 2.76 - 1)).toBeLessThan(0.05)
    // 4096/2π/256/885 · gain · 5 V · 0.372 Nm/A over 2.47 Ω at no duty, 4.84 Ω at full duty; gains 1500 and 400.
    const perOhm = (4096 / (2 * Math.PI) / 256 / 885) * 5 * 0.372
    const elbow = joints['elbow_flex']!.stiffnessNmPerRad.value
    expect(elbow).toBeLessThan((1500 * perOhm) / 2.47)
    expect(elbow).toBeGreaterThan((1500 * perOhm) / (2.47 + 0.3 * 2.37))
    const wrist = joints['wrist_flex']!.stiffnessNmPerRad.value
    expect(Math.abs(wrist / ((400 * perOhm) / 2.47) - 1)).toBeLessThan(0.1)
  })
})
