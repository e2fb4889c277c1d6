import type { ToolController } from '../../robot/io/tool-controller.ts'
import type { ArmPort } from './arm-port.ts'
import type { ControlLoopOptions } from './control-loop-options.ts'
import { moveToStart } from './soft-start.ts'

/**
 * Between two episodes of a task that has a start, the arm goes back there, with whatever it holds, and waits for the
 * next one with its hand closing. Where episodes follow each other by themselves there is none.
 */
export class Intermission {
  /** Where the arm waits [numJoints], [rad]; undefined while it does not. */
  restQ: Float64Array | undefined
  private isDue = false
  private readonly options: ControlLoopOptions
  private readonly port: ArmPort

  constructor(options: ControlLoopOptions, port: ArmPort) {
    this.options = options
    this.port = port
  }

  /** An episode is over and nobody has named the next one. */
  begin(): void {
    const { hasFixedGoal, isShadow, toolStart } = this.options
    this.isDue = toolStart !== undefined && hasFixedGoal !== true && !isShadow
  }

  /** Whether nothing is to be done until somebody names the next episode. */
  get isOn(): boolean {
    return this.isDue || this.restQ !== undefined
  }

  /** What the arm met on the way or where it waits has left: it goes back once more, slowly. */
  resume(): void {
    if (this.restQ === undefined) return
    this.restQ = undefined
    this.isDue = true
  }

  /** The next episode begins. @returns whether the arm had been waiting for it */
  end(): boolean {
    const wasWaiting = this.restQ !== undefined
    this.isDue = false
    this.restQ = undefined
    return wasWaiting
  }

  /** Takes the arm back if that is due; whether it was. Rejects as `moveToStart`. */
  async goBack(controller: ToolController): Promise<boolean> {
    if (!this.isDue) return false
    this.isDue = false
    await moveToStart(this.port, controller, this.options)
    const { gripper, restPose } = this.options.model
    this.restQ = this.port.commandedQ()
    if (gripper !== undefined) this.restQ[gripper.joint] = restPose[gripper.joint]!
    return true
  }
}
