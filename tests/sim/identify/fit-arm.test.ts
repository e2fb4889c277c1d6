import { beforeAll, describe, expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { randomizationFromArm, realityFromArm } from '../../../sim/identify/arm-configs.ts'
import { type ArmFit, fitArm } from '../../../sim/identify/fit-arm.ts'
import { randomizationSchema } from '../../../sim/randomization/randomization.schema.ts'
import { realitySchema } from '../../../sim/world/reality.schema.ts'
import { twinTrack } from './twin-track.ts'

// STS3215 at 7.4 V (Rhoban/bam M1): 1.2116 Nm/A, 2.676 Ω, 0.0524 Nm, 0.0591 Nm s/rad, 0.0284 kg m², 16 · 0.166
// duty per rad; here with 1.25 times the resistance, 1.8 times the dry and 1.5 times the viscous friction.
const STIFFNESS = (16 * 0.166 * 7.4 * 1.2116) / (1.25 * 2.676)
const DAMPING = 1.2116 ** 2 / (1.25 * 2.676) + 1.5 * 0.0591
const COULOMB_NM = 1.8 * 0.0524
const DELAY_S = 0.03

const so101 = loadArmDescription('so101')
const SHORT_S = 0.003
/** The emulated servos follow every goal at once. The play that the arm's file names has no part in it. */
const arm: typeof so101 = {
  ...so101,
  joints: so101.joints.map((joint) => {
    const { maxAccelerationRadPerS2: _, ...actuator } = joint.actuator
    return { ...joint, actuator: { ...actuator, maxSpeedRadPerS: 50 } }
  }),
}

describe('an arm fitted to a recording of one in MuJoCo', () => {
  const model = compileArm(arm)
  const lifting = ['shoulder_lift', 'elbow_flex']
  const fitOf = async (commandDelayS: number, servos: object) => {
    const centre = Float64Array.of(0, 0.3, -0.2, 0.6, 0)
    const track = await twinTrack({
      ...{ arm: so101, centre, commandDelayS, durationS: 12 },
      reality: { servos },
    })
    return fitArm([track], model, { maxIterations: 4 })
  }
  let fit: ArmFit
  beforeAll(async () => {
    fit = await fitOf(DELAY_S, { resistanceScale: 1.25, coulombScale: 1.8, viscousScale: 1.5 })
  }, 120_000)

  it('follows it ten times as well as the arm’s file', () => {
    for (const joint of lifting) {
      expect(fit.nominalRmsRad[joint]).toBeGreaterThan(0.01)
      expect(fit.rmsRad[joint]).toBeLessThan(0.1 * fit.nominalRmsRad[joint]!)
    }
  })

  it('finds the gain of joints that carry a load to 4 %, their damping to 5 %, the delay to 3 ms', () => {
    for (const joint of lifting) {
      const { stiffnessNmPerRad, dampingNmSPerRad } = fit.joints[joint]!
      expect(stiffnessNmPerRad.value / STIFFNESS).toBeGreaterThan(0.96)
      expect(stiffnessNmPerRad.value / STIFFNESS).toBeLessThan(1.04)
      expect(dampingNmSPerRad.value / DAMPING).toBeGreaterThan(0.95)
      expect(dampingNmSPerRad.value / DAMPING).toBeLessThan(1.05)
    }
    expect(Math.abs(fit.commandDelayS.value - DELAY_S)).toBeLessThan(0.003)
  })

  it('finds a delay of 3 ms to 2 ms, and friction that does not grow with the load, within its intervals', async () => {
    const { commandDelayS, joints } = await fitOf(SHORT_S, {})
    expect(Math.abs(commandDelayS.value - SHORT_S)).toBeLessThan(0.002)
    expect(commandDelayS.low).toBeLessThan(SHORT_S)
    expect(commandDelayS.high).toBeGreaterThan(SHORT_S)
    for (const { loadFriction } of Object.values(joints)) expect(loadFriction.low).toBe(0)
  }, 120_000)

  it('finds friction to a quarter, and the truth within its intervals, where nothing loads the gear', () => {
    for (const joint of ['shoulder_pan', 'wrist_roll']) {
      const { coulombNm, stiffnessNmPerRad } = fit.joints[joint]!
      expect(Math.abs(coulombNm.value / COULOMB_NM - 1)).toBeLessThan(0.25)
      expect(coulombNm.low).toBeLessThan(COULOMB_NM)
      expect(coulombNm.high).toBeGreaterThan(COULOMB_NM)
      // Only its ratio to damping shows without a load, so the interval is wide.
      expect(stiffnessNmPerRad.low).toBeLessThan(STIFFNESS)
      expect(stiffnessNmPerRad.high).toBeGreaterThan(STIFFNESS)
    }
  })

  it('becomes a randomization and a reality that hold the truth', () => {
    const { arms } = randomizationSchema.parse(randomizationFromArm(fit, arm, 'wide', ['a.mcap']))
    const rules = arms['so101'] as Record<string, { set?: { uniform: number[] } }>
    expect(rules['commandDelayS']!.set!.uniform[0]).toBeLessThan(DELAY_S)
    expect(rules['commandDelayS']!.set!.uniform[1]).toBeGreaterThan(DELAY_S)
    // Joint by joint: a lift that is known well beside a pan of which only a ratio shows.
    const { joints } = rules['stiffnessPerJoint'] as unknown as {
      readonly joints: Record<string, { readonly scale: { readonly uniform: [number, number] } }>
    }
    const nominal = arm.joints[1]!.actuator.stiffnessNmPerRad
    const width = (joint: string) => {
      const [low, high] = joints[joint]!.scale.uniform
      return high / low
    }
    expect(joints['shoulder_lift']!.scale.uniform[0]).toBeLessThan(STIFFNESS / nominal)
    expect(joints['shoulder_lift']!.scale.uniform[1]).toBeGreaterThan(STIFFNESS / nominal)
    expect(width('shoulder_lift')).toBeLessThan(0.7 * width('shoulder_pan'))
    const reality = realitySchema.parse(realityFromArm(fit, arm, ['a.mcap']))
    const scales = reality.servos.resistanceScale as { uniform: [number, number] }[]
    const lift = scales[arm.joints.findIndex(({ name }) => name === 'shoulder_lift')]!
    expect(lift.uniform[0]).toBeLessThan(1.25)
    expect(lift.uniform[1]).toBeGreaterThan(1.25)
    // Of the delay what the emulated arm does not have by itself; nothing that would hold up its replies.
    const added = reality.bus.commandDelayS as { uniform: [number, number] }
    expect(added.uniform[0]).toBeGreaterThan(0)
    expect(added.uniform[0]).toBeLessThan(DELAY_S)
    expect(added.uniform[1]).toBeLessThan(fit.commandDelayS.high)
    expect(reality.bus.latencyS).toBe(0)
  })

  it('leaves as they are what the arm’s file says nothing of, and a delay that is less than the emulated arm’s', () => {
    const bare: typeof arm = {
      ...arm,
      joints: arm.joints.map(({ servo: _, ...joint }) => {
        return { ...joint, actuator: { ...joint.actuator, armatureKgM2: 0, coulombNm: 0 } }
      }),
    }
    // What a fit of an arm without rotors makes of them: the least number there is, and its double.
    const none = { value: 5e-324, low: 5e-324, high: 1e-323 }
    const quick: ArmFit = {
      ...fit,
      commandDelayS: { value: 0.0008, low: 0, high: 0.0014 },
      joints: Object.fromEntries(
        Object.entries(fit.joints).map(([name, found]) => [name, { ...found, armatureKgM2: none }]),
      ),
    }
    const { bus, servos } = realitySchema.parse(realityFromArm(quick, bare, ['a.mcap']))
    const alike = bare.joints.map(({ name }) =>
      fit.joints[name] === undefined ? 1 : { uniform: [1, 1] },
    )
    expect(servos.armatureScale).toEqual(alike)
    expect(servos.coulombScale).toEqual(alike)
    expect(bus.commandDelayS).toEqual({ uniform: [0, 0] })
    const { arms } = randomizationSchema.parse(
      randomizationFromArm(quick, bare, 'wide', ['a.mcap']),
    )
    expect(arms['so101']).not.toHaveProperty('armature')
  })
})
