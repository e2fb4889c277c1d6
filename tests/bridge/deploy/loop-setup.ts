import { ControlLoop } from '../../../bridge/deploy/control-loop.ts'
import type { ControlLoopOptions } from '../../../bridge/deploy/control-loop-options.ts'
import type { DeployConfig } from '../../../bridge/deploy/deploy.schema.ts'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { GoalHolder, ObjectTracker } from '../../../bridge/deploy/object-tracker.ts'
import type { Stepper } from '../../../bridge/deploy/sources.ts'
import { createControlSpec } from '../../../robot/io/spec.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { model, onArm, so101 } from '../../sim/push-setup.ts'
import { FakeArmDriver } from './fake-arm-driver.ts'

export const deployConfig: DeployConfig = loadDeployConfig('so101')
export const spec = createControlSpec(model, onArm.control)

/** Third action value that keeps the tool at a height [m]. */
export const atHeight = (z: number) =>
  (z - onArm.control.action.height.centreM) / onArm.control.action.height.spanM

/** Acts the same at every step; counts its steps in its one state value and logs when it ran. */
export class ConstantPolicy implements Stepper {
  readonly stateSize = 1
  readonly states: number[] = []
  readonly observations: Float32Array[] = []
  private readonly action: readonly number[]

  constructor(...action: readonly number[]) {
    this.action = action
  }

  step(observation: Float32Array, state: Float32Array, outAction: Float32Array): void {
    this.states.push(state[0]!)
    this.observations.push(observation.slice())
    state[0]! += 1
    outAction.set(this.action)
  }
}

export type LoopChanges = Partial<Omit<ControlLoopOptions, 'clock'>> & {
  readonly clock?: VirtualClock
  /** Camera frames stop at this time [s]. */
  readonly framesEndS?: number
  readonly startQ?: ArrayLike<number>
}

/** A control loop over a fake arm on virtual time, a camera at 30 Hz and a goal. */
export function setUpLoop(changes: LoopChanges = {}) {
  const { framesEndS = Number.POSITIVE_INFINITY, startQ, ...options } = changes
  const clock = changes.clock ?? new VirtualClock()
  const names = so101.joints.map((joint) => joint.name)
  const rest = names.map((name) => so101.poses.rest[name]!)
  const driver = new FakeArmDriver(names, startQ ?? rest, clock)
  const object = new ObjectTracker()
  const goal = new GoalHolder()
  goal.set(0.3, 0.05)
  const requests = { isStopped: false, hasReset: false, takeReset: () => false }
  requests.takeReset = () => {
    const had = requests.hasReset
    requests.hasReset = false
    return had
  }
  const ending = new AbortController()
  const policy = options.policy ?? new ConstantPolicy(0, 0, atHeight(0.05))
  const frame = () => {
    const timeS = clock.now()
    if (timeS > framesEndS) return
    object.accept(timeS, 0.25, 0, timeS)
    clock.schedule(timeS + 1 / 30, frame)
  }
  frame()
  const loop = new ControlLoop({
    driver,
    arm: so101,
    model,
    spec,
    policy,
    clock,
    config: deployConfig,
    objects: [object],
    goal,
    requests,
    episodeS: 8,
    thresholdM: 0.05,
    speed: 1,
    isShadow: false,
    signal: ending.signal,
    ...options,
  })
  const run = (seconds = 1) => {
    clock.schedule(seconds, () => ending.abort())
    return clock.run(() => loop.run())
  }
  return { clock, driver, object, goal, requests, ending, policy, loop, run }
}
