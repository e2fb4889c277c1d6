import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { benchEngine, playStrokes } from '../../../bridge/bench/bench-physics.ts'
import { compareOutcomes, outcomeOf } from '../../../bridge/bench/fidelity/scenes/pushes.ts'
import { createStrokes } from '../../../bridge/bench/push-strokes.ts'
import { loadConfig } from '../../../configs/load/load.node.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import type { Engine } from '../../../sim/engines/engine.ts'
import { createRapierEngine } from '../../../sim/engines/rapier-engine.ts'
import { randomizationSchema } from '../../../sim/randomization/randomization.schema.ts'
import type { PushParameter } from '../../../sim/tasks/push.ts'
import { objectKinds, taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { taskSchema } from '../../../sim/tasks/task.schema.ts'

const COUNT = 4
const TIMESTEP_S = 0.008

describe('the bench of physics', () => {
  const model = compileArm(loadArmDescription('so101'))
  const task = taskOnArm<PushParameter>(loadConfig('tasks', 'push', taskSchema), 'so101')
  const randomization = loadConfig('randomization', 'none', randomizationSchema)
  const options = { model, task, randomization, seed: 3, timestepS: TIMESTEP_S }
  const strokes = createStrokes(COUNT, options)
  let engine: Engine
  beforeAll(async () => {
    engine = await createRapierEngine({
      arm: model,
      objects: objectKinds(task),
      count: COUNT,
      timestepS: TIMESTEP_S,
    })
  })
  afterAll(() => engine.dispose())

  it('draws the same strokes from the same seed', () => {
    expect(createStrokes(COUNT, options)).toEqual(strokes)
  })

  it('aims strokes along a straight line of 15 cm at pushing height', () => {
    const kinematics = new ArmKinematics(model)
    for (const { start } of strokes) {
      kinematics.forward(start.q)
      expect(kinematics.tip[2]).toBeCloseTo(task.parameters.pushHeightM, 3)
      const [x, y] = start.objects[0]!.position
      const gap = Math.hypot(kinematics.tip[0]! - x!, kinematics.tip[1]! - y!)
      expect(gap).toBeGreaterThan(0.055)
      expect(gap).toBeLessThan(0.065)
    }
  })

  it('pushes every object about as far as the tip goes on after touching it', () => {
    const outcome = outcomeOf(engine, strokes)
    for (const pushed of outcome.pushedM) {
      expect(pushed).toBeGreaterThan(0.03)
      expect(pushed).toBeLessThan(0.15)
    }
  })

  it('finds no difference between a run and its repetition', () => {
    const first = outcomeOf(engine, strokes)
    const result = compareOutcomes(outcomeOf(engine, strokes), first)
    expect(result.endM).toEqual([0, 0, 0, 0])
    expect(result.yawRad).toEqual([0, 0, 0, 0])
  })

  it('divides arm steps by the processor time of the steps alone', () => {
    // A processor that needs a millisecond for each step of the engine, and nothing for the rest.
    let steps = 0
    const counted = {
      kind: 'rapier',
      count: COUNT,
      timestepS: TIMESTEP_S,
      reset: () => undefined,
      setTarget: () => undefined,
      disturb: () => undefined,
      step: () => {
        steps++
      },
      state: (index: number) => engine.state(index),
      dispose: () => undefined,
    } as Partial<Engine> as Engine
    const stopwatch = { cpuS: () => steps * 1e-3, wallS: () => steps * 2e-3 }
    const rate = benchEngine(counted, strokes, 5, {
      stopwatch,
      repeats: 3,
      minArmSteps: 1,
      warmUpS: 0,
    })
    // Four arms, one control step in five milliseconds.
    expect(rate.armStepsPerS.median).toBeCloseTo(800, 6)
    expect(rate.armStepsPerWallS.median).toBeCloseTo(400, 6)
    expect(rate.armStepS).toBeCloseTo(0.00125, 9)
  })

  it('plays every step of a stroke', () => {
    const seen: number[] = []
    strokes.forEach(({ physics, start }, arm) => {
      engine.reset(arm, physics, start)
    })
    playStrokes(engine, strokes, (step) => seen.push(step))
    expect(seen.length).toBe(300)
  })
})
