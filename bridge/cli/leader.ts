import { CodedError } from '../../configs/load/coded-error.ts'
import type { LeaderAtPort } from '../deploy/leader-at-port.node.ts'
import type { CommandContext, CommandOption } from './command.ts'

/** What tells a leader apart from others, beside its port. */
export const LEADER_OPTIONS: readonly CommandOption[] = [
  {
    flags: '--leader-calibration <file>',
    description: 'joint zeros of the leader: ours, or LeRobot’s of teleoperators/',
  },
  { flags: '--leader <name>', description: 'which leader it is (default: ARM-leader)' },
]

/**
 * The leader that `LEADER_OPTIONS` name. Nothing is opened.
 * @param follower - name and serial device of the arm that is led; the device undefined where it has none
 */
export async function readLeader(
  options: CommandContext['options'],
  port: string,
  follower: { readonly name: string; readonly port: string | undefined },
): Promise<LeaderAtPort> {
  if (port === follower.port) {
    throw new CodedError('BRIDGE_USAGE', `${port} cannot be arm and leader at once`, {
      hint: 'name two devices; sim2arm scan lists them',
    })
  }
  const [{ loadArmDescription }, { loadCalibration }] = await Promise.all([
    import('../../robot/model/load-arm.node.ts'),
    import('../../robot/calibration/load-calibration.node.ts'),
  ])
  const arm = loadArmDescription((options['leader'] as string) ?? `${follower.name}-leader`)
  const file = options['leaderCalibration'] as string | undefined
  const calibration = loadCalibration(file, arm, 'teleoperators')
  return { arm, calibration, port }
}
