import { CodedError } from '../../configs/load/coded-error.ts'
import type { EvaluationResult } from '../../policy/evaluate/evaluation.ts'
import type { ArmEvaluation } from '../deploy/evaluate-arm.node.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import type { CommandContext } from './command.ts'

/**
 * The exam on an arm at a serial port, its object sensor the referee. Throws BRIDGE_USAGE without one.
 */
export async function examineArmAtPort(
  actor: TaskActor,
  { options, out, set, signal }: CommandContext,
  wanted: Pick<ArmEvaluation, 'episodes' | 'seed' | 'thresholdsM' | 'onProgress' | 'signal'>,
): Promise<EvaluationResult> {
  const [{ readArmAtPort }, sensing, { createDialog }, deploy] = await Promise.all([
    import('./arm-at-port.ts'),
    import('./sensors.ts'),
    import('./calibration-dialog.ts'),
    import('../deploy/evaluate-arm.node.ts'),
  ])
  const arm = await readArmAtPort({ options: { ...options, arm: actor.arm.name }, set })
  const { checkResidual } = await import('../deploy/check-residual.ts')
  const warning = checkResidual(arm.calibration, arm.config.touchResidualM)
  if (warning !== undefined) out.line(`Warning: ${warning}`)
  const sensors = await sensing.readSensors((options['sensor'] as string[] | undefined) ?? [])
  const object = sensors.get('object')
  if (object === undefined) {
    throw new CodedError('BRIDGE_USAGE', 'the object sensor is the referee, and there is none', {
      hint: '--sensor object=rosbridge://127.0.0.1:9090/object/pose',
    })
  }
  const { goal, object: _, ...streams } = Object.fromEntries(sensors)
  const objectSensor = await sensing.readDescription(arm.config)
  const onCamera = sensing.createCameraTeller(out)
  const further = { ...streams, onCamera, ...(objectSensor && { objectSensor }) }
  const dialog = createDialog(out, signal)
  try {
    return await deploy.evaluateOnArm(actor, {
      ...arm,
      ...wanted,
      ...{ object, further, ...(goal && { goal }) },
      place: (episode, what, x, y) =>
        dialog.confirm(
          `Episode ${episode + 1}: put the ${what} at x ${(x * 100).toFixed(1)} cm, y ${(y * 100).toFixed(1)} cm and take your hand away`,
        ),
    })
  } finally {
    dialog.close()
  }
}
