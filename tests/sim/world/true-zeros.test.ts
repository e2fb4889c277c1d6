import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { observationOffset } from '../../../robot/io/spec.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { makeTaskEnv } from '../../../sim/world/make-task-env.node.ts'
import type { TaskEnv } from '../../../sim/world/task-env.ts'
import { model, rulesOfSo101, so101, task } from '../push-setup.ts'

const ZERO_RAD = 0.05
const NUM_ENVS = 16
const engine = { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 } as const
/** Every zero is off by 2.9 degrees, each to a side of its own. */
const randomization = rulesOfSo101({
  zeroOffsetRad: { offset: { uniform: [-ZERO_RAD, ZERO_RAD], together: 1 } },
})
let env: TaskEnv

beforeAll(async () => {
  env = await makeTaskEnv({ arm: so101, task, randomization, engine }, { numEnvs: NUM_ENVS })
})
afterAll(() => env.dispose())

describe('arms as if their joints counted from their true zeros', () => {
  it('observes joints and tool where they are, and objects where they lie', () => {
    env.reset({ seed: 3, episode: 0, width: 1 })
    const actions = new Float32Array(3 * NUM_ENVS).map((_, i) => Math.sin(i))
    for (let step = 0; step < 10; step++) env.step(actions)
    const seen = new Float32Array(NUM_ENVS * env.observationSize)
    env.oracle!.trueZeros.observe(seen)
    const kinematics = new ArmKinematics(model)
    for (let k = 0; k < NUM_ENVS; k++) {
      const begin = k * env.observationSize
      const told = (values: Float32Array, name: string, axis: number) =>
        values[begin + observationOffset(env.spec, name) + axis]!
      const { q, objects } = env.stateOf(k)
      kinematics.forward(q)
      for (let joint = 0; joint < model.numJoints; joint++) {
        expect(told(seen, 'jointPosition', joint)).toBeCloseTo(q[joint]!, 6)
        // Set-points are of the same zeros: what is missing of them is what it was, but for the encoder's steps.
        const missing = told(seen, 'setpointError', joint)
        expect(missing).toBeCloseTo(told(env.observation, 'setpointError', joint), 2)
      }
      for (let axis = 0; axis < 3; axis++) {
        expect(told(seen, 'toolPosition', axis)).toBeCloseTo(kinematics.tip[axis]!, 5)
      }
      for (let axis = 0; axis < 2; axis++) {
        const fromTool = objects[0]!.position[axis]! - kinematics.tip[axis]!
        expect(told(seen, 'toolToObject', axis)).toBeCloseTo(fromTool, 5)
      }
    }
  })

  it('asks for heights that the tool then has', () => {
    const { centreM, spanM } = env.spec.control.action.height
    const wantedM = 0.03
    /** How far the tools end from the height that they are asked for [m]. */
    const missesM = (isTranslated: boolean) => {
      const actions = new Float32Array(3 * NUM_ENVS)
      env.reset({ seed: 3, episode: 0, width: 1 })
      for (let step = 0; step < 50; step++) {
        for (let k = 0; k < NUM_ENVS; k++) actions[3 * k + 2] = (wantedM - centreM) / spanM
        if (isTranslated) env.oracle!.trueZeros.translate(actions)
        env.step(actions)
      }
      return env.arms.map((_, k) => Math.abs(env.stateOf(k).tip[2]! - wantedM))
    }
    expect(Math.max(...missesM(false))).toBeGreaterThan(0.015)
    for (const miss of missesM(true)) expect(miss).toBeLessThan(0.002)
  })
})
