import { CodedError } from '../../configs/load/coded-error.ts'
import { compileArm } from '../../robot/model/compile-arm.ts'
import { runArmSession } from '../deploy/arm-session.node.ts'
import { recordArm } from '../recording/record-run.node.ts'
import type { LoggedRun } from '../replay/load-run.node.ts'
import { createTrackSource } from '../replay/track-source.ts'
import { leftAs, onCtrlC, readArmAtPort } from './arm-at-port.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { describeRecording } from './recording.ts'

/**
 * The recorded commands to an arm of the same kind: slowly to where they begin, then in their time, through the safety
 * filter. Joints, the gripper's too, are told what the other arm's were told; where an object was is not looked at.
 */
export async function replayToArm(
  context: CommandContext,
  load: () => Promise<LoggedRun>,
): Promise<CommandOutcome> {
  const { options, out, signal } = context
  const { arm, calibration, config, port } = await readArmAtPort(context)
  const { arm: recorded, file, track } = await load()
  if (recorded.name !== arm.name) {
    const found = `${file} is of ${recorded.name}, the arm at ${port} is ${arm.name}`
    throw new CodedError('BRIDGE_RECORDING_INVALID', found, {
      hint: `replay it on such an arm, with --arm ${recorded.name}`,
    })
  }
  const missing = compileArm(arm).jointNames.find((name) => !track.jointNames.includes(name))
  if (missing !== undefined) {
    throw new CodedError('BRIDGE_RECORDING_INVALID', `${file} says nothing of joint ${missing}`, {
      hint: `replay a log of a whole ${arm.name}`,
    })
  }
  const recordFile = options['record'] as string | undefined
  const recorder =
    recordFile === undefined
      ? undefined
      : await recordArm(recordFile, { arm, config, calibration }, (error) => out.line(error.line))
  const speed = (options['speed'] as number | undefined) ?? 1
  const durationS = track.timeS.at(-1)! / speed
  const isParked = options['park'] === true
  const session = {
    ...{ arm, calibration, config, port, isParked, signal },
    joints: arm.joints.map(({ name }) => name).filter((name) => track.jointNames.includes(name)),
    ...(recorder && { recorder }),
    onStarted() {
      out.event({ type: 'started', arm: arm.name, port, durationS })
      out.line(`${arm.title} at ${port} repeats ${durationS.toFixed(1)} s; ${onCtrlC(isParked)}`)
    },
  }
  const report = await runArmSession(session, async ({ model }) =>
    createTrackSource(track, model, speed),
  ).finally(() => recorder?.close())
  const { cycles, interventions, isWhole, seconds, timing } = report
  return {
    result: {
      ...{ recording: file, arm: arm.name, cycles, seconds, isWhole, interventions },
      loop: timing.loop,
      recorded: recorder === undefined ? null : describeRecording(recorder),
    },
    summary: `${seconds.toFixed(1)} s of ${durationS.toFixed(1)} s repeated. The arm ${leftAs(isParked)}.`,
    exitCode: isWhole ? 0 : 130,
  }
}
