import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeObservation } from '../../../robot/io/observation.ts'
import { ToolController } from '../../../robot/io/tool-controller.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import type { Randomization } from '../../../sim/randomization/randomization.schema.ts'
import { createTaskEnv } from '../../../sim/world/create-task-env.ts'
import type { TaskEnv } from '../../../sim/world/task-env.ts'
import { model, onArm, randomization, rulesOfSo101, so101, task } from '../push-setup.ts'

const engine = { kind: 'rapier', timestepS: 0.008, iterations: 4, substeps: 1 } as const
const STEPS = 50

const createEnv = (numEnvs: number, rules: Randomization = randomization('wide')) =>
  createTaskEnv({ arm: so101, task, randomization: rules, engine }, { numEnvs })

/** Actions of one episode, the same whoever plays beside it. */
function actionsOf(episode: number): (out: Float32Array, offset: number) => void {
  const stream = new RandomStream(99, episode)
  return (out, offset) => {
    for (let i = 0; i < 3; i++) out[offset + i] = stream.between(-1, 1)
  }
}

/** Every observation, reward and critic value of each episode [numEnvs][values]. */
function play(env: TaskEnv, seed: number, episode: number): number[][] {
  env.reset({ seed, episode, width: 1 })
  const actors = Array.from({ length: env.numEnvs }, (_, k) => actionsOf(episode + k))
  const actions = new Float32Array(3 * env.numEnvs)
  const log: number[][] = actors.map(() => [])
  const record = () => {
    const { critic, criticSize, observation, observationSize, reward, distanceM } = env
    log.forEach((values, k) => {
      values.push(...observation.subarray(k * observationSize, (k + 1) * observationSize))
      values.push(...critic.subarray(k * criticSize, (k + 1) * criticSize))
      values.push(reward[k]!, distanceM[k]!, env.objectSpeedMPerS[k]!)
    })
  }
  record()
  for (let step = 0; step < STEPS; step++) {
    for (const [k, act] of actors.entries()) act(actions, 3 * k)
    env.step(actions)
    record()
  }
  return log
}

describe('an environment', () => {
  let pair: TaskEnv
  let four: TaskEnv

  beforeAll(async () => {
    pair = await createEnv(2)
    four = await createEnv(4)
  })
  afterAll(() => {
    pair.dispose()
    four.dispose()
  })

  it('plays an episode again to the last bit, whatever was played in between', () => {
    const first = play(pair, 7, 20)
    play(pair, 8, 0)
    expect(play(pair, 7, 20)).toEqual(first)
    expect(play(pair, 7, 21)).not.toEqual(first)
  })

  it('draws and starts an episode the same at any place of any batch', () => {
    four.reset({ seed: 3, episode: 10, width: 1 })
    const beginning = (env: TaskEnv, k: number) => {
      const { draw, physics, controller } = env.arms[k]!
      const { goal } = env.tasks[k]!
      return structuredClone({ values: draw.values, goal, physics, tip: controller.commandedTip })
    }
    const together = four.arms.map((_, k) => beginning(four, k))
    const observations = four.observation.slice()
    const size = four.observationSize
    for (let episode = 9; episode < 14; episode += 2) {
      pair.reset({ seed: 3, episode, width: 1 })
      for (let k = 0; k < 2; k++) {
        const at = episode + k - 10
        if (at < 0 || at > 3) continue
        expect(beginning(pair, k)).toEqual(together[at])
        // Rapier computes in single precision about each arm's own place in the shared world.
        pair.observation.subarray(k * size, (k + 1) * size).forEach((value, i) => {
          expect(value).toBeCloseTo(observations[at * size + i]!, 6)
        })
      }
    }
  })

  it('plays the episode that each arm is given', () => {
    pair.reset({ seed: 3, episode: 10, width: 1 })
    const drawn = pair.arms.map(({ draw }) => structuredClone(draw.values))
    pair.reset({ seed: 3, episode: 50, episodes: [11, 10], width: 1 })
    expect(pair.arms.map(({ draw }) => draw.values)).toEqual([drawn[1], drawn[0]])
  })

  it('keeps an episode the same beside other neighbours', () => {
    // Arm 0 plays episode 30 both times; arm 1 does something else the second time.
    const first = play(pair, 7, 30)[0]
    pair.reset({ seed: 7, episode: 30, width: 1 })
    const act = actionsOf(30)
    const actions = new Float32Array(6)
    const size = pair.observationSize
    for (let step = 0; step < STEPS; step++) {
      act(actions, 0)
      actions.fill(step % 2 === 0 ? 1 : -1, 3)
      pair.step(actions)
    }
    const valuesPerStep = size + pair.criticSize + 3
    const last = first!.slice(STEPS * valuesPerStep, STEPS * valuesPerStep + size)
    expect([...pair.observation.subarray(0, size)]).toEqual(last)
  })

  it('puts object and goal into the area, far enough apart, and the tool clear of the object', () => {
    for (let episode = 0; episode < 40; episode += 4) {
      four.reset({ seed: 1, episode, width: 0 })
      for (let k = 0; k < 4; k++) {
        const { objects, controller } = four.arms[k]!
        const object = objects[0]!
        const { goal } = four.tasks[k]!
        expect(four.distanceM[k]).toBeGreaterThanOrEqual(0.12 - 1e-6)
        for (const [x, y] of [goal, [object.xM, object.yM]] as unknown as [number, number][]) {
          expect(x).toBeGreaterThanOrEqual(onArm.area.xM[0] - 0.005)
          expect(x).toBeLessThanOrEqual(onArm.area.xM[1] + 0.005)
          expect(Math.abs(y)).toBeLessThanOrEqual(onArm.area.yM[1] + 0.005)
        }
        const [x, y] = controller.measuredTip as unknown as [number, number]
        // 6 cm of clearance, less 0.02 rad of scatter per joint and the noise of the sensor.
        expect(Math.hypot(x - object.xM, y - object.yM)).toBeGreaterThan(0.045)
      }
    }
  })

  it('gives the critic as many finite numbers as it says', () => {
    const { criticSize, numEnvs } = four
    // Of 5 joints: position, speed, error. Fixed: 7 vectors of 3, distance, 4 for the direction to the
    // goal, goal, tip error, time, action, age and freshness: 36. Of wide: 28 single parameters, and 4
    // for each joint.
    expect(criticSize).toBe(3 * 5 + 36 + 28 + 4 * 5)
    expect(four.critic).toHaveLength(numEnvs * criticSize)
    play(four, 5, 0)
    expect(four.critic.every(Number.isFinite)).toBe(true)
    expect(four.observation.every(Number.isFinite)).toBe(true)
    // Nothing is left unwritten: each feature differs between arms or steps somewhere.
    const drawn = [
      ...four.critic.subarray(criticSize - four.arms[0]!.draw.coordinates.length, criticSize),
    ]
    expect(drawn).toEqual([...four.arms[0]!.draw.coordinates])
  })

  it('writes the observation that a deployment would, from what the arm measures', () => {
    pair.reset({ seed: 2, episode: 0, width: 1 })
    const arm = pair.arms[0]!
    const controller = new ToolController(model, onArm.control.action)
    controller.reset(arm.measuredQ)
    const out = new Float32Array(pair.observationSize)
    const act = actionsOf(0)
    const actions = new Float32Array(6)
    for (let step = 0; step < 20; step++) {
      controller.measure(arm.measuredQ)
      writeObservation(
        pair.spec,
        controller,
        arm.measuredQ,
        arm.objects,
        pair.tasks[0]!.goal,
        out,
        0,
      )
      expect(pair.observation.subarray(0, pair.observationSize)).toEqual(out)
      act(actions, 0)
      controller.step(actions, 0, arm.measuredQ)
      pair.step(actions)
    }
  })

  it('leaves the object where it is while the arm holds still', () => {
    pair.reset({ seed: 4, episode: 0, width: 0 })
    const start = pair.distanceM.slice()
    const { height } = onArm.control.action
    const actions = new Float32Array(6)
    for (let k = 0; k < 2; k++) {
      const z = pair.arms[k]!.controller.commandedTip[2]!
      actions[3 * k + 2] = (z - height.centreM) / height.spanM
    }
    for (let step = 0; step < 75; step++) pair.step(actions)
    for (let k = 0; k < 2; k++) {
      expect(pair.distanceM[k]).toBeCloseTo(start[k]!, 4)
      expect(pair.objectSpeedMPerS[k]).toBeLessThan(1e-3)
    }
  })

  it('changes only the goal when asked for a new one, far enough from the object', () => {
    pair.reset({ seed: 6, episode: 0, width: 1 })
    const actions = new Float32Array(6).fill(0.5)
    for (let step = 0; step < 10; step++) pair.step(actions)
    const before = pair.arms.map(({ measuredQ, objects, physics }) =>
      structuredClone({ measuredQ, objects, physics }),
    )
    const goals = pair.tasks.map(({ goal }) => goal.slice())
    const setpoints = pair.arms.map(({ controller }) => controller.setpoint.slice())
    for (let again = 0; again < 10; again++) {
      pair.newGoal()
      expect(pair.episodeTimeS).toBe(0)
      pair.arms.forEach(({ measuredQ, objects, physics, controller }, k) => {
        expect({ measuredQ, objects, physics }).toEqual(before[k])
        expect(pair.tasks[k]!.goal).not.toEqual(goals[k])
        expect(controller.setpoint).toEqual(setpoints[k])
        expect(pair.distanceM[k]).toBeGreaterThanOrEqual(0.12 - 1e-6)
        expect(pair.objectSpeedMPerS[k]).toBe(0)
      })
    }
  })

  it('reports the mean speed of the object over the settling window', () => {
    // 0.3 s in steps of 0.04 s: 7.5, so 8 steps, or 7 if the division rounds down.
    const window = Math.round(0.3 / 0.04)
    pair.reset({ seed: 9, episode: 0, width: 0 })
    const places: number[][] = [objectOf(pair)]
    const actions = new Float32Array(6)
    let fastest = 0
    for (let step = 0; step < 60; step++) {
      pushAtObject(pair, actions)
      pair.step(actions)
      places.push(objectOf(pair))
      let path = 0
      for (let back = 0; back < window; back++) {
        const a = places[Math.max(0, places.length - 1 - back)]!
        const b = places[Math.max(0, places.length - 2 - back)]!
        path += Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!)
      }
      const speed = path / (window * 0.04)
      expect(pair.objectSpeedMPerS[0]).toBeCloseTo(speed, 6)
      fastest = Math.max(fastest, speed)
    }
    expect(fastest).toBeGreaterThan(0.03)
  })
})

describe('the first observation of an episode', () => {
  it('knows nothing of what is hidden from the arm', async () => {
    const rules = randomization('wide').arms['so101']!
    const hidden = {
      objectMassKg: { set: { logUniform: [0.3, 0.5] } },
      objectFrictionTable: { set: { logUniform: [0.8, 1] } },
      objectFrictionTip: { set: { logUniform: [0.8, 1] } },
      stiffness: { scale: { logUniform: [0.4, 0.5] } },
      stallTorque: { scale: { uniform: [0.4, 0.5] } },
      damping: { scale: { uniform: [2, 3] } },
      coulombNm: { set: { logUniform: [0.2, 0.3] } },
      loadFriction: { set: { uniform: [0.3, 0.4] } },
      backlashRad: { set: { uniform: [0.05, 0.06] } },
      linkMass: { scale: { uniform: [1.5, 2] } },
      zeroOffsetRad: { offset: { uniform: [0.06, 0.08] } },
      gravity: { scale: { uniform: [1.5, 2] } },
      tableHeightM: { offset: { uniform: [0.01, 0.02] } },
      commandDelayS: { set: { logUniform: [0.07, 0.09] } },
    } as unknown as typeof rules
    const usual = await createEnv(1, rulesOfSo101(rules))
    const odd = await createEnv(1, rulesOfSo101({ ...rules, ...hidden }))
    try {
      const at = { seed: 12, episode: 3, width: 1 }
      usual.reset(at)
      odd.reset(at)
      expect(odd.arms[0]!.draw.values.objectMassKg[0]).toBeGreaterThan(0.29)
      // The encoder's rounding may fall either way: one step of 2π / 4096.
      odd.observation.forEach((value, i) => {
        expect(Math.abs(value - usual.observation[i]!)).toBeLessThan(0.0016)
      })
      expect(odd.critic).not.toEqual(usual.critic)
    } finally {
      usual.dispose()
      odd.dispose()
    }
  })
})

function objectOf(env: TaskEnv): number[] {
  // Critic: 3 · 5 joint values, tip, its velocity, its force, then the object's true place.
  return [...env.critic.subarray(24, 27)]
}

/** Heads for the object at pushing height. */
function pushAtObject(env: TaskEnv, actions: Float32Array): void {
  env.arms.forEach(({ controller, objects }, k) => {
    const object = objects[0]!
    const dx = object.xM - controller.commandedTip[0]!
    const dy = object.yM - controller.commandedTip[1]!
    const length = Math.hypot(dx, dy) + 1e-9
    actions.set([dx / length, dy / length, 0.075], 3 * k)
  })
}
