import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { ArmKinematics } from '../../robot/model/kinematics.ts'
import { toVector3 } from './frame-values.ts'
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
  const tip = toVector3(kinematics.tip)
  return {
    timeS: 0,
    q: Array.from(model.restPose),
    tip,
    commandedTip: tip,
    objects: [null],
    objectAgeS: null,
    goal: { x: tip[0], y: tip[1] },
    isReached: false,
    action: [],
    rule: '',
    interventions: {},
    loop: { rateHz: Number.NaN, jitterS: Number.NaN },
  }
}
