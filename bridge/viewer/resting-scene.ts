import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import type { ObjectScene, RunScene, RunState } from './frames.ts'

/** What lies in front of an arm that nothing is said about. */
const PUCK: ObjectScene = { kind: 'cylinder', halfSizeM: [0.03, 0.03, 0.018] }

/** An arm by itself: nothing runs, nothing is measured. */
export function restingScene(arm: ArmDescription): RunScene {
  return {
    shows: 'run',
    title: arm.title,
    source: 'at rest',
    arm,
    joints: compileArm(arm).jointNames,
    world: { objects: [PUCK], table: { heightM: 0, tiltXRad: 0, tiltYRad: 0 } },
    thresholdM: 0.05,
    actor: 'nobody',
    baselines: [],
  }
}

/** The arm's rest pose; the goal lies under the tool. */
export function restingState(arm: ArmDescription): RunState {
  const model = compileArm(arm)
  const kinematics = new ArmKinematics(model)
  kinematics.forward(model.restPose)
  const [x, y, z] = [kinematics.tip[0]!, kinematics.tip[1]!, kinematics.tip[2]!]
  return {
    timeS: 0,
    q: Array.from(model.restPose),
    tip: [x, y, z],
    commandedTip: [x, y, z],
    objects: [null],
    objectAgeS: null,
    goal: { x, y },
    isReached: false,
    action: [],
    rule: '',
    interventions: {},
    loop: { rateHz: Number.NaN, jitterS: Number.NaN },
  }
}
