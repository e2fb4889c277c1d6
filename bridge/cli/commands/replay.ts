import { writeFileSync } from 'node:fs'
import { CodedError } from '../../../configs/load/coded-error.ts'
import { onDisk } from '../../../configs/load/disk-error.ts'
import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { ArmTrack } from '../../recording/arm-track.ts'
import type { RealityGap } from '../../recording/reality-gap.ts'
import type { RunScene } from '../../viewer/frames.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseNumber } from '../option-values.ts'

const DEFAULT_WINDOW_S = 8
const DEFAULT_DELAY_S = 0.02
const DEG = 180 / Math.PI

export const command: CommandDefinition = {
  example: 'sim2arm replay run.mcap --csv gap.csv',
  arguments: [{ name: '<recording>', description: 'an MCAP file of deploy --record' }],
  options: [
    {
      flags: '--window <s>',
      description: 'the simulated arm is put where the measured one is as often',
      parse: parseNumber(0.1),
      defaultValue: DEFAULT_WINDOW_S,
    },
    {
      flags: '--delay <s>',
      description: 'from sending a command to its effect, in the simulation',
      parse: parseNumber(0),
      defaultValue: DEFAULT_DELAY_S,
    },
    {
      flags: '--csv <file>',
      description: 'write command, measurement and simulation of each cycle',
    },
  ],
  run,
}

/** The recorded commands in simulation, beside what was measured: the reality gap of each joint. */
async function run({ args, options, out }: CommandContext): Promise<CommandOutcome> {
  const [{ readRecording }, { TRACK_TOPICS, trackArm }, { measureGap }, { compileArm }] =
    await Promise.all([
      import('../../recording/read-recording.node.ts'),
      import('../../recording/arm-track.ts'),
      import('../../recording/reality-gap.ts'),
      import('../../../robot/model/compile-arm.ts'),
    ])
  const file = args[0] as string
  const recording = readRecording(file, TRACK_TOPICS)
  const track = trackArm(recording.messages)
  const arm = armOf(file, recording.metadata, track)
  const gap = measureGap(track, compileArm(arm), {
    windowS: options['window'] as number,
    commandDelayS: options['delay'] as number,
  })
  for (const joint of gap.joints) {
    out.event({ type: 'joint', ...joint })
    out.line(
      `${joint.joint.padEnd(14)} gap ${degrees(joint.rmsRad)}  bias ${degrees(joint.biasRad)}  ` +
        `lag ${(joint.lagS * 1000).toFixed(0).padStart(4)} ms  left ${degrees(joint.residualRad)}  ` +
        `(command to arm ${degrees(joint.trackingRad)})`,
    )
  }
  const csv = options['csv'] as string | undefined
  if (csv !== undefined) {
    const text = table(track, gap)
    onDisk(`cannot write ${csv}`, () => writeFileSync(csv, text))
  }
  const { cycles, joints, seconds } = gap
  return {
    result: {
      recording: file,
      isComplete: recording.isComplete,
      arm: arm.name,
      cycles,
      seconds,
      joints,
    },
    summary: `${seconds.toFixed(1)} s in ${cycles} cycles; simulated minus measured, root mean square.`,
  }
}

function armOf(
  file: string,
  metadata: Readonly<Record<string, string>>,
  { timeS }: ArmTrack,
): ArmDescription {
  const text = metadata['scene']
  if (text !== undefined && timeS.length > 1) return (JSON.parse(text) as RunScene).arm
  const found = text === undefined ? 'no arm in its metadata' : `${timeS.length} set-point cycles`
  throw new CodedError('BRIDGE_RECORDING_INVALID', `${file} has ${found}`, {
    hint: 'record a run with sim2arm deploy --record',
  })
}

function table({ command, jointNames, measured, timeS }: ArmTrack, gap: RealityGap): string {
  const names = gap.joints.map(({ joint }) => joint)
  const heads = ['command', 'measured', 'simulated'].flatMap((kind) =>
    names.map((name) => `${kind}.${name}`),
  )
  const places = names.map((name) => jointNames.indexOf(name))
  const rows = Array.from(timeS, (time, k) => {
    const told = places.map((place) => command[k]![place]!)
    const done = places.map((place) => measured[k]![place]!)
    return [time, ...told, ...done, ...gap.simulated[k]!].map((x) => x.toFixed(6)).join(',')
  })
  return `${['timeS', ...heads].join(',')}\n${rows.join('\n')}\n`
}

const degrees = (rad: number): string => `${(rad * DEG).toFixed(2).padStart(6)}°`
