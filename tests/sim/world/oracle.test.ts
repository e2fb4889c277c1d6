import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { relabel } from '../../../policy/learning/relabel.ts'
import { observationOffset } from '../../../robot/io/spec.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { makeTaskEnv } from '../../../sim/world/make-task-env.node.ts'
import type { TaskEnv } from '../../../sim/world/task-env.ts'
import { model, randomization, so101, task } from '../push-setup.ts'

const engine = { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 } as const
const NUM_ENVS = 4
const RESET = { seed: 4, episode: 0, width: 1 }
let env: TaskEnv
let stack: TaskEnv

beforeAll(async () => {
  const config = { arm: so101, task, randomization: randomization('wide'), engine }
  env = await makeTaskEnv(config, { numEnvs: NUM_ENVS })
  stack = await makeTaskEnv({ ...config, task: loadTask('push-pose') }, { numEnvs: 1 })
})
afterAll(() => {
  env.dispose()
  stack.dispose()
})

describe('what a simulator knows better', () => {
  it('shows where things truly are from the tool, though the arm is wrong about its joints', () => {
    env.reset(RESET)
    const actions = new Float32Array(NUM_ENVS * 3).map((_, k) => Math.sin(k))
    for (let step = 0; step < 10; step++) env.step(actions)
    const seen = new Float32Array(NUM_ENVS * env.observationSize)
    env.oracle!.observe(seen)
    const kinematics = new ArmKinematics(model)
    for (let k = 0; k < NUM_ENVS; k++) {
      const { q, objects } = env.stateOf(k)
      const at = (name: string) => k * env.observationSize + observationOffset(env.spec, name)
      kinematics.forward(q)
      const { goal } = env.tasks[k]!
      for (let axis = 0; axis < 2; axis++) {
        const place = objects[0]!.position[axis]!
        const fromTool = place - kinematics.tip[axis]!
        expect(seen[at('toolToObject') + axis]).toBeCloseTo(fromTool, 5)
        expect(seen[at('objectToGoal') + axis]).toBeCloseTo(goal[axis]! - place, 5)
      }
      expect(seen[at('objectAge')]).toBe(0)
      expect(seen[at('objectIsFresh')]).toBe(1)
      // What the arm measures of itself, and what it did, is as it was.
      for (const name of ['jointPosition', 'commandedTool', 'previousAction']) {
        expect(seen[at(name)]).toBe(env.observation[at(name)])
      }
    }
  })

  it('says how another goal would look', () => {
    const goals = env.oracle!.goals!
    const observe = (share: number) => {
      env.reset({ ...RESET, ease: { gravity: 1, goalDistance: share } })
      const [desired, achieved] = [new Float32Array(8), new Float32Array(8)]
      goals.read(desired, achieved)
      return { observation: env.observation.slice(), critic: env.critic.slice(), desired, achieved }
    }
    const [far, near] = [observe(1), observe(0.5)]
    const width = env.observationSize
    for (let k = 0; k < NUM_ENVS; k++) {
      const part = (values: Float32Array, size: number) => values.slice(k * size, (k + 1) * size)
      const goal = part(near.desired, 2)
      expect(goal).not.toEqual(part(far.desired, 2))
      const episode = {
        observation: part(far.observation, width),
        critic: part(far.critic, env.criticSize),
        action: new Float32Array(3),
        achieved: part(far.achieved, 2),
        desired: part(far.desired, 2),
        shown: new Float32Array(1),
      }
      const { observation, critic } = relabel(episode, goal, goals)
      const expected = part(near.observation, width)
      for (const [i, value] of expected.entries()) expect(observation[i]).toBeCloseTo(value, 5)
      // With the features of the old goal hidden, nothing is left that differs.
      const [begin, end] = goals.criticFeatures
      const other = part(near.critic, env.criticSize)
      for (const [i, value] of other.entries()) {
        expect(critic[i]).toBeCloseTo(i >= begin && i < end ? 0 : value, 5)
      }
    }
  })

  it('tells no place of an arm whose simulation has broken down, until its next episode', () => {
    const [desired, achieved] = [new Float32Array(NUM_ENVS * 2), new Float32Array(NUM_ENVS * 2)]
    // The goal is none either: replay knows such an episode by it, whose observations are cleared.
    const numNowhere = () => {
      env.oracle!.goals!.read(desired, achieved)
      expect([...desired].map(Number.isNaN)).toEqual([...achieved].map(Number.isNaN))
      return achieved.filter(Number.isNaN).length
    }
    const still = new Float32Array(NUM_ENVS * 3)
    env.reset(RESET)
    env.stateOf(1).q[0] = Number.NaN
    env.step(still)
    expect([numNowhere(), ...env.terminated]).toEqual([2, 0, 1, 0, 0])
    env.reset(RESET)
    env.step(still)
    expect([numNowhere(), ...env.terminated]).toEqual([0, 0, 0, 0, 0])
  })

  it('has no view of goals that are more than a place', () => {
    expect(stack.oracle!.goals).toBeUndefined()
  })

  it('knows somebody who can do it', () => {
    const solver = env.oracle!.createTeacher()
    solver.reset()
    const out = new Float32Array(3)
    env.reset(RESET)
    solver.act(env.observation, 0, out, 0)
    expect(out.some((value) => value !== 0)).toBe(true)
  })
})
