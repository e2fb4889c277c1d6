import type { ControlSpec } from '../../robot/io/spec.ts'
import { PushScript } from '../../sim/solvers/push-script.ts'
import type { PushOnArm } from '../../sim/tasks/push.ts'
import type { Stepper } from './sources.ts'

/** The scripted pusher where a policy is expected. Its one state value only marks a begun episode. */
export function createScriptedStepper(
  spec: ControlSpec,
  task: PushOnArm,
  tipRadiusM: number,
): Stepper {
  const script = new PushScript(spec, task, tipRadiusM)
  return {
    stateSize: 1,
    step(observation, state, outAction) {
      if (state[0] === 0) script.reset()
      state[0] = 1
      script.act(observation, 0, outAction, 0)
    },
  }
}
