import { describe, expect, it } from 'vitest'
import { exciteTwin } from '../../bridge/deploy/excite-twin.ts'
import { loadDeployConfig } from '../../bridge/deploy/load-deploy-config.node.ts'
import { TRACK_TOPICS, trackArm } from '../../bridge/recording/arm-track.ts'
import type { RecordedMessage } from '../../bridge/recording/topics.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { realityFromArm } from '../../sim/identify/arm-configs.ts'
import { JOINT_PARAMETERS } from '../../sim/identify/arm-problem.ts'
import { fitArm } from '../../sim/identify/fit-arm.ts'
import { motorOf } from '../../sim/world/mujoco-plant-motors.ts'
import { loadReality } from '../../sim/world/reality.node.ts'
import { realitySchema } from '../../sim/world/reality.schema.ts'
import { drawReality, type Reality } from '../../sim/world/reality.ts'

const arm = loadArmDescription('so101')
const topics: readonly string[] = TRACK_TOPICS

/** What `record --excite` and `identify` make of a set-up. */
async function identify(reality: Reality) {
  const told: RecordedMessage[] = []
  const { cycles, timing } = await exciteTwin({
    ...{ arm, reality, seed: 0, isParked: false, amplitudeRad: 0.6, durationS: 20 },
    config: loadDeployConfig(arm.name),
    signal: new AbortController().signal,
    onStarted() {},
    onProgress() {},
    recorder: {
      write: (messages) =>
        void told.push(...messages.filter(({ topic }) => topics.includes(topic))),
    },
  })
  const fit = await fitArm([trackArm(told)], compileArm(arm), { maxIterations: 8 })
  return { fit, missedShare: timing.loop.missed / cycles }
}

it('a reality from a fit runs in time, and its delay is found again', async () => {
  const { fit: first } = await identify(loadReality('workshop'))
  const text = realityFromArm(first, arm, ['swing.mcap'])
  const reality = drawReality(realitySchema.parse(text), new RandomStream(0))
  const { fit: again, missedShare } = await identify(reality)
  expect(missedShare).toBeLessThan(0.02)
  expect(again.commandDelayS.low).toBeLessThan(first.commandDelayS.value)
  expect(again.commandDelayS.high).toBeGreaterThan(first.commandDelayS.value)
})

/** STS3215 at 7.4 V, P gain of 16 as LeRobot writes it: duty per radian times volts times torque per volt. */
const DUTY_PER_RAD = 16 * 0.166
/** Bytes on the wire, the servo's next look at its goal, half a step of its mechanics. */
const OWN_DELAY_S = 0.0015
const BUS = { dropRate: 0.002, delayRate: 0.002, delayS: 0.004, latencyS: 0.001 }

describe.each([
  { delayS: 0, servos: { coulombScale: 0.5, armatureScale: 0.7 } },
  { delayS: 0.003, servos: { resistanceScale: 0.8 } },
  { delayS: 0.005, servos: {} },
  { delayS: 0.008, servos: { viscousScale: 1.5, armatureScale: 1.2 }, bus: BUS },
])('an emulated arm with $delayS s of delay, and $servos', ({ bus, delayS, servos }) => {
  const text = { version: 1, name: 'known', source: 'test', servos }
  const wire = { ...bus, commandDelayS: delayS }
  const reality = drawReality(realitySchema.parse({ ...text, bus: wire }), new RandomStream(0))
  const scales = {
    resistanceScale: 1,
    coulombScale: 1,
    viscousScale: 1,
    armatureScale: 1,
    ...servos,
  }

  it('shows its delay to 1.5 ms, and nine tenths of what is true of it in their intervals', async () => {
    const { fit } = await identify(reality)
    const trueDelayS = OWN_DELAY_S + delayS + (bus?.latencyS ?? 0)
    expect(Math.abs(fit.commandDelayS.value - trueDelayS)).toBeLessThan(0.0015)
    expect(fit.commandDelayS.low).toBeLessThan(trueDelayS)
    expect(fit.commandDelayS.high).toBeGreaterThan(trueDelayS)
    const found = arm.joints.flatMap((joint) => {
      const own = fit.joints[joint.name]
      if (own === undefined) return []
      const motor = motorOf(arm, joint)
      const resistanceOhm = scales.resistanceScale * motor.resistanceOhm
      const truth = {
        stiffnessNmPerRad: (DUTY_PER_RAD * 7.4 * motor.torqueConstantNmPerA) / resistanceOhm,
        dampingNmSPerRad:
          motor.torqueConstantNmPerA ** 2 / resistanceOhm +
          scales.viscousScale * motor.viscousNmSPerRad,
        coulombNm: scales.coulombScale * motor.coulombNm,
        loadFriction: 0,
        armatureKgM2: scales.armatureScale * motor.armatureKgM2,
        zeroOffsetRad: 0,
      }
      return JOINT_PARAMETERS.map(
        (name) => own[name].low <= truth[name] && truth[name] <= own[name].high,
      )
    })
    expect(found).toHaveLength(30)
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(27)
  })
})
