import { describe, expect, it } from 'vitest'
import { measureDeadBand } from '../../../bridge/bench/study/dead-band.ts'
import { measureHandLed } from '../../../bridge/bench/study/hand-led.ts'
import { type JointRig, PERIOD_S } from '../../../bridge/bench/study/joint-rig.ts'
import { measureReach } from '../../../bridge/bench/study/reach.ts'
import { measureSag } from '../../../bridge/bench/study/sag.ts'
import { measureTopSpeed, torqueSpeed } from '../../../bridge/bench/study/top-speed.ts'
import { measureReplay, measureSine, measureStep } from '../../../bridge/bench/study/tracking.ts'
import { createTrainingRig } from '../../../bridge/bench/study/training-rig.ts'
import { createTwinRig } from '../../../bridge/bench/study/twin-rig.ts'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import type { PushParameter } from '../../../sim/tasks/push.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'

const DEG = Math.PI / 180
const so101 = loadArmDescription('so101')
const model = compileArm(so101)

/** One joint that follows its command some whole periods late. */
function lateRig(delayPeriods: number): JointRig {
  const queue = new Array<number>(delayPeriods).fill(0)
  const position = new Float64Array(1)
  let steps = 0
  return {
    name: 'late',
    position,
    velocity: new Float64Array(1),
    get timeS() {
      return steps * PERIOD_S
    },
    async step(target) {
      queue.push(target[0]!)
      position[0] = queue.shift()!
      steps++
    },
    dispose() {},
  }
}

/** All joints of an arm that follow some whole periods late and hang below by so much. */
function lateArm(delayPeriods: number, sagRad: number): JointRig {
  const queue = Array.from({ length: delayPeriods }, () => Float64Array.from(model.restPose))
  const position = Float64Array.from(model.restPose)
  return {
    ...lateRig(0),
    position,
    async step(target) {
      queue.push(Float64Array.from(target))
      queue.shift()!.forEach((value, i) => {
        position[i] = value - (i === 1 ? sagRad : 0)
      })
    },
  }
}

/** One joint dragged by its command through a play of `width`. */
function looseRig(width: number): JointRig {
  const rig = lateRig(0)
  return {
    ...rig,
    async step(target) {
      const error = target[0]! - rig.position[0]!
      const pull = Math.sign(error) * Math.max(0, Math.abs(error) - width / 2)
      rig.position[0] = rig.position[0]! + pull
    },
  }
}

describe('measures of a joint', () => {
  const zero = new Float64Array(1)

  it('find a pure delay by sine, one period longer for the sample and hold', async () => {
    const result = await measureSine(lateRig(10), zero, 0, 1, 0.3)
    expect(result.lagS).toBeCloseTo(11 * PERIOD_S, 6)
    expect(result.gain).toBeCloseTo(1, 6)
  })

  it('find a pure delay in frames, half a frame longer for the hold', async () => {
    const result = await measureReplay(lateRig(12), zero, 0, 0.4)
    // 13 periods of 8 ms are 104 ms, 3.12 frames.
    expect(Math.abs(result.lagFrames - 3.62)).toBeLessThan(0.15)
  })

  it('find delay and sag of an arm led through a pick and a place, joint by joint', async () => {
    const task = taskOnArm<PushParameter>(loadConfig('tasks', 'push', taskSchema), 'so101')
    const [pan, lift] = await measureHandLed(lateArm(12, 0.05), model, task)
    // The delay as above; what is left of it, as it is no whole number of frames, is small beside the sag.
    expect(Math.abs(pan!.lagFrames - 3.62)).toBeLessThan(0.15)
    expect(pan!.residualRad).toBeLessThan(0.02)
    expect(lift!.residualRad).toBeGreaterThan(0.045)
    expect(lift!.residualRad).toBeLessThan(0.06)
  })

  it('find delay and rise of a delayed step without overshoot', async () => {
    const result = await measureStep(lateRig(10), zero, 0, 0.5)
    expect(result.delayS).toBeCloseTo((10 + 0.1) * PERIOD_S, 6)
    expect(result.riseS).toBeCloseTo(0.8 * PERIOD_S, 6)
    expect(result.overshoot).toBe(0)
  })

  it('find the width of a play', async () => {
    expect(await measureDeadBand(looseRig(0.02), zero, 0)).toBeCloseTo(0.02, 4)
  })
})

describe('the study of the SO-101', () => {
  const task = taskOnArm(loadConfig('tasks', 'push', taskSchema), 'so101')

  it('finds the reach that closed-form inverse kinematics gives, to 4 mm', () => {
    const rows = measureReach(
      model,
      0.02,
      [0, 10, 30, 45, 60].map((deg) => deg * DEG),
    )
    const expected = [
      [0.052, 0.26],
      [0.067, 0.292],
      [0.12, 0.35],
      [0.16, 0.385],
      [0.192, 0.415],
    ]
    rows.forEach(({ radiusMinM, radiusMaxM }, k) => {
      expect(Math.abs(radiusMinM - expected[k]![0]!)).toBeLessThan(0.004)
      expect(Math.abs(radiusMaxM - expected[k]![1]!)).toBeLessThan(0.004)
    })
  })

  // The firmware's slew, and less than the motor's (3.25 - 0.052) / 0.6.
  it('finds that the training model tops out at the slew of 5.2 rad/s', async () => {
    const { jointRadPerS } = await measureTopSpeed(createTrainingRig(model), model, model.restPose)
    expect(jointRadPerS[0]).toBeCloseTo(5.25, 1)
  })

  // k (0.97 V - k ω) / R - viscous ω of Rhoban/bam's fit, by hand at rest: 1.2116 · 7.178 / 2.676.
  it('knows the torque of motor and training model at a speed', () => {
    const [rest, fast] = torqueSpeed(so101, model, [0, 3])
    expect(rest).toEqual({ speedRadPerS: 0, trainingNm: 3.25, motorNm: expect.closeTo(3.25, 3) })
    expect(fast!.trainingNm).toBeCloseTo(1.45, 9)
    expect(fast!.motorNm).toBeCloseTo(1.427, 3)
  })

  it('sees both models sag alike, and feed-forward lift nearly all of it', async () => {
    const twin = await createTwinRig(so101, model, loadReality('nominal'))
    const rigs = [createTrainingRig(model), twin]
    const sags = []
    for (const rig of rigs) sags.push((await measureSag(rig, model, task, [0.24]))[0]!)
    twin.dispose()
    for (const { plainM, feedForwardM } of sags) {
      expect(plainM).toBeGreaterThan(0.011)
      expect(plainM).toBeLessThan(0.016)
      expect(feedForwardM).toBeLessThan(0.002)
    }
  })

  it('gives the same numbers every time, through the emulated bus too', async () => {
    const run = async () => {
      const rig = await createTwinRig(so101, model, loadReality('workshop'))
      const begin = Float64Array.from(rig.position)
      const step = await measureStep(rig, begin, 0, begin[0]! + 0.3)
      rig.dispose()
      return step
    }
    expect(await run()).toEqual(await run())
  })
})
