import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { DeployConfig } from '../deploy/deploy.schema.ts'
import type { CommandContext, CommandOption } from './command.ts'
import { requiredText } from './option-values.ts'

/** What every command asks for that moves an arm at a serial port by itself. */
export const ARM_OPTIONS: readonly CommandOption[] = [
  { flags: '--port <device>', description: 'serial device of the arm' },
  { flags: '--calibration <file>', description: 'joint zeros: ours (YAML) or LeRobot’s (JSON)' },
  { flags: '--arm <name>', description: 'which arm it is', defaultValue: 'so101' },
]

export const PARK_OPTION: CommandOption = {
  flags: '--park',
  description: 'at the end move slowly to the park pose and release torque',
}

export interface ArmAtPort {
  readonly arm: ArmDescription
  readonly config: DeployConfig
  readonly calibration: ArmCalibration
  /** Serial device. */
  readonly port: string
}

/** The arm that `ARM_OPTIONS` name. Nothing is opened. */
export async function readArmAtPort(
  context: Pick<CommandContext, 'options' | 'set'>,
): Promise<ArmAtPort> {
  const { options } = context
  const { loadCalibration } = await import('../../robot/calibration/load-calibration.node.ts')
  const { arm, config } = await readArm(context)
  const port = requiredText(options['port'], '--port', 'sim2arm doctor lists serial devices')
  const calibration = loadCalibration(options['calibration'] as string | undefined, arm)
  return { arm, config, port, calibration }
}

/** Which arm it is, and how it is deployed. Throws ROBOT_ARM_INVALID for one without servos. */
export async function readArm({
  options,
  set,
}: Pick<CommandContext, 'options' | 'set'>): Promise<Pick<ArmAtPort, 'arm' | 'config'>> {
  const [{ loadArmDescription }, { loadDeployConfig }] = await Promise.all([
    import('../../robot/model/load-arm.node.ts'),
    import('../deploy/load-deploy-config.node.ts'),
  ])
  const arm = loadArmDescription(options['arm'] as string)
  if (arm.bus === undefined) {
    throw new CodedError('ROBOT_ARM_INVALID', `${arm.name} has no servo bus`, {
      hint: 'choose an arm of servos: so101 or koch',
    })
  }
  return { arm, config: loadDeployConfig(arm.name, set) }
}

/** What Ctrl-C does to the arm, in words. */
export const onCtrlC = (isParked: boolean): string =>
  `Ctrl-C stops and ${isParked ? 'parks' : 'holds'}`

/** How a session has left the arm, in words. */
export const leftAs = (isParked: boolean): string =>
  isParked ? 'is parked, torque off' : 'holds still with torque on'
