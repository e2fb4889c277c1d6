import type { DeploymentReport } from '../deploy/deployment.node.ts'
import type { Recorder } from '../recording/recorder.node.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { describeRecording } from './recording.ts'

/** What a deployment comes to, for programs and for people. */
export function deploymentOutcome(
  report: DeploymentReport,
  options: CommandContext['options'],
  { canRelease, recorder }: { canRelease: boolean; recorder: Recorder | undefined },
): CommandOutcome {
  const { episodes, end, numTakeOvers } = report
  const numSuccesses = episodes.filter((episode) => episode.isSuccess).length
  const numLed = episodes.filter(({ ledSteps }) => ledSteps > 0).length
  const help = numLed === 0 ? '' : ` (a leader helped in ${numLed})`
  const distances = episodes.map((episode) => episode.finalDistanceM)
  const exitCodes = { episodes: 0, interrupted: 130, emergencyStop: 4 } as const
  const parked = canRelease ? 'is parked, torque off' : 'is parked, held by its controller'
  const held = options['park'] === true ? parked : 'holds still with torque on'
  const left = options['shadow'] === true ? 'was not touched' : held
  return {
    result: {
      steps: report.steps,
      episodes: episodes.length,
      success: episodes.length === 0 ? null : numSuccesses / episodes.length,
      finalDistanceM: distances,
      ...(numTakeOvers !== null && { leader: { takeOvers: numTakeOvers, episodes: numLed } }),
      ...report.timing,
      interventions: report.interventions,
      rejectedPoses: report.rejectedPoses,
      rejectedGoals: report.rejectedGoals,
      ...(report.rejectedJoints && { rejectedJoints: report.rejectedJoints }),
      sensors: report.sensors,
      bus: report.bus,
      faults: 0,
      end,
      recording: recorder === undefined ? null : describeRecording(recorder),
    },
    summary: `${report.steps} steps, ${numSuccesses} of ${episodes.length} episodes reached the goal${help}; ended by ${end}. The arm ${left}.`,
    exitCode: exitCodes[end],
  }
}
