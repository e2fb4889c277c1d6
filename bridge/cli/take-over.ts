import { CodedError } from '../../configs/load/coded-error.ts'
import type { DeploymentOptions } from '../deploy/deployment.node.ts'
import type { CommandContext } from './command.ts'
import { readLeader } from './leader.ts'

const ignore = (): void => {}

type LeaderPart = Pick<DeploymentOptions, 'leader' | 'onLeader' | 'onActing'>

/**
 * The leader of `--teleop`, if there is one: told of, and Enter gives the arm back to the policy.
 * @param follower - as for `readLeader`
 * @returns what the deployment is told, and what ends the listening
 */
export async function readTakeOver(
  { options, out }: CommandContext,
  follower: { readonly name: string; readonly port: string | undefined },
): Promise<{ readonly part: LeaderPart; close(): void }> {
  const port = options['teleop'] as string | undefined
  if (port === undefined) {
    const [flag] = ['leaderCalibration', 'leader'].filter((name) => options[name] !== undefined)
    if (flag === undefined) return { part: {}, close() {} }
    throw new CodedError('BRIDGE_USAGE', 'a leader is named, but not where it is', {
      hint: 'add --teleop DEVICE; sim2arm scan lists them',
    })
  }
  const leader = await readLeader(options, port, follower)
  const { stdin } = process
  let onEnter = () => {}
  const listen = () => onEnter()
  // A program in the background may not read its terminal: it would be stopped in the middle of a move.
  process.on('SIGTTIN', ignore)
  stdin.on('error', ignore)
  stdin.on('data', listen)
  return {
    part: {
      leader,
      onLeader(handOver) {
        onEnter = () => handOver.giveBack()
        out.event({ type: 'leader', leader: leader.arm.name, port })
        out.line(
          `Move ${leader.arm.title} at ${port} to take over; let it lie still, or press Enter, to give back`,
        )
      },
      onActing(acting) {
        out.event({ type: 'acting', acting })
        out.line(acting === 'leader' ? 'the leader acts' : 'the policy acts again')
      },
    },
    close() {
      stdin.off('data', listen)
      process.off('SIGTTIN', ignore)
      stdin.pause()
    },
  }
}
