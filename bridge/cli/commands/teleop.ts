import { CodedError } from '../../../configs/load/coded-error.ts'
import { ARM_OPTIONS, leftAs, onCtrlC, PARK_OPTION, readArmAtPort } from '../arm-at-port.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { LEADER_OPTIONS, readLeader } from '../leader.ts'
import { requiredText } from '../option-values.ts'
import { describeRecording } from '../recording.ts'

export const command: CommandDefinition = {
  examples: [
    'sim2arm teleop --port /dev/ttyACM0 --calibration my_arm.yaml --leader-port /dev/ttyACM1 --leader-calibration leader.json --record demo.mcap',
  ],
  arguments: [],
  options: [
    ...ARM_OPTIONS,
    { flags: '--leader-port <device>', description: 'serial device of the leader' },
    ...LEADER_OPTIONS,
    { flags: '--record <file>', description: 'write a demonstration to an MCAP file' },
    {
      flags: '--sensor <name=uri>',
      description: 'with --record: object=rosbridge://host:port/topic, recorded beside the joints',
      isRepeatable: true,
    },
    PARK_OPTION,
  ],
  settable: 'the deploy config',
  run,
}

/** An arm repeats what a hand does with its leader. */
async function run(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, signal } = context
  const [{ teleoperate }, { describeRejected }] = await Promise.all([
    import('../../deploy/teleoperate.node.ts'),
    import('../../deploy/stop-errors.ts'),
  ])
  const followed = await readArmAtPort(context)
  const { arm, config, calibration, port } = followed
  const { createCameraTeller, readDescription, readSensors } = await import('../sensors.ts')
  const objectSensor = await readDescription(config)
  const leaderPort = requiredText(options['leaderPort'], '--leader-port', 'sim2arm scan finds it')
  const leader = await readLeader(options, leaderPort, { name: arm.name, port })
  const file = options['record'] as string | undefined
  const texts = options['sensor'] as string[]
  if (file === undefined && texts.length > 0) {
    throw new CodedError('BRIDGE_USAGE', 'there is nothing to see without --record', {
      hint: 'add --record FILE, or leave --sensor out',
    })
  }
  const { object, ...others } = Object.fromEntries(await readSensors(texts))
  const [stray] = Object.keys(others)
  if (stray !== undefined) {
    throw new CodedError('BRIDGE_USAGE', `teleop has no use for the sensor ${stray}`, {
      hint: 'it records where the object is: --sensor object=URI',
    })
  }
  const recorder =
    file === undefined
      ? undefined
      : await (await import('../../recording/record-run.node.ts')).recordArm(
          file,
          { arm, config, calibration },
          (error) => out.line(error.line),
        )
  const isParked = options['park'] === true
  const report = await teleoperate({
    ...followed,
    ...{ leader, signal, isParked },
    ...(recorder && { recorder }),
    ...(object && { object }),
    ...(objectSensor && { objectSensor }),
    onCamera: createCameraTeller(out),
    onStarted() {
      out.event({ type: 'started', arm: arm.name, port, leader: leader.arm.name, leaderPort })
      out.line(`${arm.title} at ${port} moves slowly to where its leader is; ${onCtrlC(isParked)}`)
    },
    onCaughtUp() {
      out.event({ type: 'following' })
      out.line('It follows.')
    },
  }).finally(() => recorder?.close())
  const { cycles, interventions, seconds, seen, timing } = report
  const rejected = seen === undefined ? '' : describeRejected(seen.rejected, seen.trouble)
  return {
    result: {
      ...{ arm: arm.name, leader: leader.arm.name, cycles, seconds, interventions },
      loop: timing.loop,
      rejectedPoses: seen?.rejected ?? null,
      recording: recorder === undefined ? null : describeRecording(recorder),
    },
    summary: `Led for ${seconds.toFixed(1)} s${rejected}. The arm ${leftAs(isParked)}.`,
  }
}
