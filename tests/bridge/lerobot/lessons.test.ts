import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeDataset } from '../../../bridge/lerobot/encode-dataset.ts'
import type { Episode } from '../../../bridge/lerobot/episode.ts'
import { createMotorUnits } from '../../../bridge/lerobot/motor-units.ts'
import { readLessons } from '../../../bridge/lerobot/read-lessons.node.ts'
import { teachFromEpisode } from '../../../bridge/lerobot/teach-from-episode.ts'
import { writeDataset } from '../../../bridge/lerobot/write-dataset.node.ts'
import { loadTrainConfig, resolveTrainJob } from '../../../policy/learning/train-job.node.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { createControlSpec } from '../../../robot/io/spec.ts'
import { ToolController } from '../../../robot/io/tool-controller.ts'
import { model, onArm, so101 } from '../../sim/push-setup.ts'

const spec = createControlSpec(model, onArm.control)
const { policyRateHz } = spec.control
const GOAL = [0.3, 0.02]
const row = (x: number) => Float64Array.of(x, 0.1, 0.02, 0, GOAL[0]!, GOAL[1]!, 0.02)

/** An arm that follows at once what a policy with these actions tells it, frame by frame. */
function played(actions: readonly (readonly number[])[], changes: Partial<Episode> = {}): Episode {
  const controller = new ToolController(model, onArm.control.action)
  let q = Float64Array.from(model.restPose)
  controller.reset(q)
  const [state, action]: [Float64Array[], Float64Array[]] = [[], []]
  for (const each of actions) {
    state.push(q)
    controller.measure(q)
    controller.step(each, 0, q)
    q = controller.setpoint.slice()
    action.push(q)
  }
  return {
    ...{ task: 'push', joints: model.jointNames, state, action, isSuccess: true },
    surroundings: state.map(() => row(0.25)),
    ...changes,
  }
}

const HIGH = Array.from({ length: 30 }, (_, k) => [Math.sin(k / 5), Math.cos(k / 7), 0.2])

describe('an episode of joints', () => {
  it('tells the actions that a policy would have led its arm with', () => {
    const lesson = teachFromEpisode(played(HIGH), { spec, model, fps: policyRateHz })!
    expect(lesson.action).toHaveLength(90)
    for (const [k, [x, y]] of HIGH.entries()) {
      // Sideways; the height is the same by any action beyond its step.
      const length = Math.max(1, Math.hypot(x!, y!))
      expect(Math.abs(lesson.action[3 * k]! - x! / length)).toBeLessThan(0.1)
      expect(Math.abs(lesson.action[3 * k + 1]! - y! / length)).toBeLessThan(0.1)
    }
  })

  it('is taken at the policy’s rate, whatever its own', () => {
    const slow = played(HIGH)
    const twice = (rows: readonly Float64Array[]) => rows.flatMap((each) => [each, each])
    const fast = {
      ...slow,
      state: twice(slow.state),
      action: twice(slow.action),
      surroundings: twice(slow.surroundings),
    }
    const [a, b] = [
      teachFromEpisode(slow, { spec, model, fps: policyRateHz })!,
      teachFromEpisode(fast, { spec, model, fps: 2 * policyRateHz })!,
    ]
    expect(b.action).toEqual(a.action)
  })

  it('teaches nothing where the arm was faster than a policy may be', () => {
    const calm = played(HIGH)
    const far = calm.action.map((q, k) => (k < 10 ? q : q.map((each, i) => (i === 0 ? 1 : each))))
    const lesson = teachFromEpisode({ ...calm, action: far }, { spec, model, fps: policyRateHz })!
    expect([...lesson.weight!.subarray(0, 10)]).toEqual(Array(10).fill(1))
    expect(lesson.weight![10]).toBe(0)
  })

  it('begins where its object is first seen, and tells how old that is', () => {
    const unseen = row(Number.NaN)
    const surroundings = HIGH.map((_, k) => (k < 4 ? unseen : row(k < 8 ? 0.25 : 0.26)))
    const lesson = teachFromEpisode(played(HIGH, { surroundings }), {
      ...{ spec, model },
      fps: policyRateHz,
    })!
    const size = spec.observation.reduce((sum, term) => sum + term.size, 0)
    expect(lesson.action.length / 3).toBe(HIGH.length - 4)
    const before = spec.observation.findIndex(({ name }) => name === 'objectAge')
    const at = spec.observation.slice(0, before).reduce((sum, term) => sum + term.size, 0)
    const ages = [0, 1, 2, 3, 4].map((step) => lesson.observation[step * size + at]! * policyRateHz)
    expect(ages.map(Math.round)).toEqual([0, 1, 2, 3, 0])
    const never = played(HIGH, { surroundings: HIGH.map(() => unseen) })
    expect(teachFromEpisode(never, { spec, model, fps: policyRateHz })).toBeNull()
  })
})

describe('a dataset as demonstrations', () => {
  const job = resolveTrainJob(loadTrainConfig('push-so101'))
  let root: string
  let folder: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sim2arm-lessons-'))
    folder = join(root, 'push')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const write = (joints: readonly string[], ...episodes: Episode[]) =>
    writeAs('so_follower', joints, ...episodes)
  const writeAs = (robotType: string, joints: readonly string[], ...episodes: Episode[]) => {
    const units = createMotorUnits(so101, nominalCalibration(so101), joints)
    writeDataset(folder, encodeDataset(episodes, { fps: policyRateHz, robotType, units }))
  }

  it('gives the episodes that ended well, by its own word or by where the object lay', async () => {
    const judged = played(HIGH)
    write(model.jointNames, judged, { ...judged, isSuccess: false })
    expect(await readLessons([folder], job)).toHaveLength(1)
    rmSync(folder, { recursive: true })
    const unjudged = { ...judged, isSuccess: null }
    const there = HIGH.map(() => Float64Array.of(0.31, 0.02, 0.02, 0, GOAL[0]!, GOAL[1]!, 0.02))
    write(model.jointNames, unjudged, { ...unjudged, surroundings: there })
    expect(await readLessons([folder], job)).toHaveLength(1)
  })

  it('says which feature is missing, and how to give it', async () => {
    const blind = played(HIGH, { surroundings: HIGH.map(() => row(Number.NaN)) })
    write(model.jointNames, blind)
    await expect(readLessons([folder], job)).rejects.toMatchObject({
      code: 'BRIDGE_DATASET_INVALID',
      message: expect.stringContaining('lacks the feature observation.environment_state'),
      hint: expect.stringContaining('object_x_m'),
    })
  })

  it('is refused when it is of another arm, whose joints have the same names', async () => {
    writeAs('koch_follower', model.jointNames, played(HIGH))
    await expect(readLessons([folder], job)).rejects.toMatchObject({
      code: 'BRIDGE_DATASET_INVALID',
      message: expect.stringContaining('of the arm koch'),
    })
  })

  it('is refused where nothing in it could be learnt, as read in other units', async () => {
    const units = createMotorUnits(so101, nominalCalibration(so101), model.jointNames, 'radians')
    const facts = { fps: policyRateHz, robotType: 'so_follower', units }
    writeDataset(folder, encodeDataset([played(HIGH)], facts))
    await expect(readLessons([folder], job)).rejects.toMatchObject({
      code: 'BRIDGE_DATASET_INVALID',
      message: expect.stringContaining('in degrees'),
      hint: expect.stringMatching(/--units.*--calibration/),
    })
    expect(await readLessons([folder], { ...job, datasets: { units: 'radians' } })).toHaveLength(1)
  })

  it('is refused without a joint that the policy moves, and without an episode to learn from', async () => {
    const whole = played(HIGH)
    const less = (rows: readonly Float64Array[]) => rows.map((each) => each.slice(1))
    const joints = model.jointNames.slice(1)
    write(joints, { ...whole, joints, state: less(whole.state), action: less(whole.action) })
    await expect(readLessons([folder], job)).rejects.toThrow(/lacks shoulder_pan\.pos/)
    rmSync(folder, { recursive: true })
    write(model.jointNames, { ...whole, isSuccess: false })
    await expect(readLessons([folder], job)).rejects.toThrow(/holds no episode that succeeded/)
  })
})
