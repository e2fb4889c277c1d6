import { CodedError } from '../../../configs/load/coded-error.ts'
import {
  ARM_OPTIONS,
  type ArmAtPort,
  leftAs,
  onCtrlC,
  PARK_OPTION,
  readArmAtPort,
} from '../arm-at-port.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseNumber, requiredText } from '../option-values.ts'
import { describeRecording } from '../recording.ts'

const DEFAULT_SECONDS = 60
const DEFAULT_AMPLITUDE_RAD = 0.3
const MAX_AMPLITUDE_RAD = 0.8

export const command: CommandDefinition = {
  examples: [
    'sim2arm record --excite --port /dev/ttyACM0 --calibration my_arm.yaml --out swing.mcap --park',
  ],
  arguments: [],
  options: [
    { flags: '--excite', description: 'move every joint to and fro, slowly and safely' },
    ...ARM_OPTIONS,
    {
      flags: '--reality <name>',
      description:
        'instead of an arm at --port an emulated one, on virtual time: a name, a file, or random:SEED',
    },
    { flags: '--out <file>', description: 'the MCAP file to write' },
    {
      flags: '--seconds <s>',
      description: 'how long it moves',
      parse: parseNumber(10),
      defaultValue: DEFAULT_SECONDS,
    },
    {
      flags: '--amplitude <rad>',
      description: 'how far each joint turns to either side',
      parse: parseNumber(0.02, MAX_AMPLITUDE_RAD),
      defaultValue: DEFAULT_AMPLITUDE_RAD,
    },
    PARK_OPTION,
  ],
  settable: 'the deploy config',
  run,
}

/** Logs of an arm's servos for identification: what they were told and what they did. */
async function run(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, signal } = context
  if (options['excite'] !== true) {
    throw new CodedError('BRIDGE_USAGE', 'there is nothing to record without --excite', {
      hint: 'add --excite to move the arm; deploy and demo record their runs with --record',
    })
  }
  const file = requiredText(options['out'], '--out', 'for example --out swing.mcap')
  const reality = options['reality'] as string | undefined
  const excited = await (reality === undefined ? readArmAtPort(context) : readTwin(context))
  const setUp =
    reality === undefined
      ? undefined
      : (await import('../../../sim/world/reality.node.ts')).loadReality(reality)
  const { arm, config, calibration, port } = excited
  const { recordArm } = await import('../../recording/record-run.node.ts')
  const isVirtual = setUp !== undefined
  const recorder = await recordArm(file, { arm, config, calibration, isVirtual }, (error) =>
    out.line(error.line),
  )
  const durationS = options['seconds'] as number
  const isParked = options['park'] === true
  const wanted = {
    ...{ recorder, signal, durationS, isParked },
    amplitudeRad: options['amplitude'] as number,
    onStarted() {
      out.event({ type: 'started', arm: arm.name, port })
      out.line(`${arm.title} at ${port} moves for ${durationS} s; ${onCtrlC(isParked)}`)
    },
    onProgress: (timeS: number) => out.progress({ done: timeS, total: durationS, unit: 's' }),
  }
  const excite = isVirtual
    ? (await import('../../deploy/excite-twin.ts')).exciteTwin({
        ...{ arm, config, ...wanted },
        reality: setUp,
        seed: context.seed ?? 0,
      })
    : (await import('../../deploy/excite-arm.node.ts')).exciteArm({ ...excited, ...wanted })
  const report = await excite.finally(() => recorder.close())
  const { cycles, interventions, isWhole, seconds, timing } = report
  const { isLost } = recorder
  const recorded = isLost ? 'moved, not all of it recorded' : 'recorded'
  return {
    result: {
      arm: arm.name,
      cycles,
      seconds,
      isWhole,
      interventions,
      loop: timing.loop,
      recording: describeRecording(recorder),
    },
    summary: `${seconds.toFixed(1)} s ${recorded} in ${recorder.file}. The arm ${leftAs(isParked)}.`,
    exitCode: isLost ? 1 : isWhole ? 0 : 130,
  }
}

/** An emulated arm, whose zeros are where its file says. Throws BRIDGE_USAGE for what is of a real one. */
async function readTwin({ options, set }: CommandContext): Promise<ArmAtPort> {
  const stray = ['port', 'calibration'].find((name) => options[name] !== undefined)
  if (stray !== undefined) {
    throw new CodedError('BRIDGE_USAGE', `--${stray} says nothing of an emulated arm`, {
      hint: 'leave out --reality to move the arm at --port',
    })
  }
  const [{ readArm }, { nominalCalibration }] = await Promise.all([
    import('../arm-at-port.ts'),
    import('../../../robot/calibration/calibration.ts'),
  ])
  const { arm, config } = await readArm({ options, set })
  const calibration = nominalCalibration(arm)
  return { arm, config, calibration, port: `reality ${options['reality']}` }
}
