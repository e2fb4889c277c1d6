import { CodedError } from '../../../configs/load/coded-error.ts'
import type { FirstRunWatch } from '../../deploy/first-run.ts'
import type { ProvenCalibration } from '../../deploy/proven-calibration.node.ts'
import type { Recorder } from '../../recording/recorder.node.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { FOXGLOVE_OPTIONS, openFoxglove } from '../foxglove.ts'
import { parseInteger, parseNumber, parseNumberList, requiredText } from '../option-values.ts'
import { describeRecording, startRecording } from '../recording.ts'
import {
  besideObject,
  describeArrivals,
  readDescription,
  readSensors,
  writeSensor,
} from '../sensors.ts'

export const command: CommandDefinition = {
  example:
    'sim2arm deploy push-so101 --driver serial --port /dev/ttyACM0 --calibration my_arm.json --sensor object=rosbridge://127.0.0.1:9090/object/pose',
  arguments: [{ name: '<policy>', description: 'a policy, or scripted' }],
  options: [
    {
      flags: '--driver <name>',
      description: 'how the arm is reached',
      choices: ['serial'],
      defaultValue: 'serial',
    },
    { flags: '--port <device>', description: 'serial device of the arm' },
    { flags: '--calibration <file>', description: 'joint zeros: ours (YAML) or LeRobot’s (JSON)' },
    {
      flags: '--sensor <name=uri>',
      description: 'object=URI, goal=URI, stop=URI; see the README for the kinds',
      isRepeatable: true,
    },
    {
      flags: '--goal <x,y>',
      description: 'a fixed goal in the base frame [m]',
      parse: parseNumberList,
    },
    { flags: '--episodes <N>', description: 'end after so many', parse: parseInteger(1) },
    {
      flags: '--arm <name>',
      description: 'arm, where the policy does not say',
      defaultValue: undefined,
    },
    { flags: '--task <file>', description: "the policy's task, where it is not a shipped one" },
    { flags: '--record <file>', description: 'write everything to an MCAP file' },
    { flags: '--park', description: 'at the end move slowly to the park pose and release torque' },
    {
      flags: '--sensor-out <file>',
      description: 'write rate and delay of the object sensor as they were, to train with',
    },
    { flags: '--shadow', description: 'read and compute, move nothing' },
    { flags: '--speed <share>', description: 'share of full speed, 0 to 1', parse: parseNumber(0) },
    ...FOXGLOVE_OPTIONS,
  ],
  settable: 'the deploy config',
  run,
}

/** What the network may ask of a run. */
const STOPS = { '/emergency_stop': 'std_msgs/msg/Bool', '/reset': 'std_msgs/msg/Empty' } as const
const REQUESTS = { ...STOPS, '/goal/pose': 'geometry_msgs/msg/PoseStamped' } as const

async function run(context: CommandContext): Promise<CommandOutcome> {
  const { args, options, out, seed, set, signal } = context
  const [
    { loadTaskActor },
    { loadDeployConfig },
    { loadCalibration },
    { runSerialDeployment },
    { ProvenCalibration },
    { checkResidual },
  ] = await Promise.all([
    import('../../deploy/task-actor.ts'),
    import('../../deploy/load-deploy-config.node.ts'),
    import('../../../robot/calibration/load-calibration.node.ts'),
    import('../../deploy/serial-deployment.node.ts'),
    import('../../deploy/proven-calibration.node.ts'),
    import('../../deploy/check-residual.ts'),
  ])
  const actor = await loadTaskActor({
    name: args[0] as string,
    arm: options['arm'] as string | undefined,
    task: options['task'] as string | undefined,
  })
  if (actor.arm.bus === undefined) {
    throw new CodedError(
      'ROBOT_ARM_INVALID',
      `${actor.name} moves ${actor.arm.name}, which has no servo bus`,
      {
        hint: 'use a policy that was trained for the arm at the port',
      },
    )
  }
  const config = loadDeployConfig(actor.arm.name, set)
  const port = requiredText(options['port'], '--port', 'sim2arm doctor lists serial devices')
  const calibration = loadCalibration(options['calibration'] as string | undefined, actor.arm)
  const warning = checkResidual(calibration, config.touchResidualM)
  if (warning !== undefined) out.line(`Warning: ${warning}`)
  const sensors = await readSensors((options['sensor'] as string[] | undefined) ?? [])
  const object = sensors.get('object')
  if (object === undefined) {
    throw new CodedError('BRIDGE_USAGE', 'the policy needs to see its object', {
      hint: '--sensor object=rosbridge://127.0.0.1:9090/object/pose',
    })
  }
  const stop = sensors.get('stop')
  const objectSensor = await readDescription(config)
  const fixedGoal = options['goal'] as number[] | undefined
  const goal = fixedGoal === undefined ? sensors.get('goal') : readGoal(fixedGoal)
  const proven = new ProvenCalibration(calibration.origin, actor.arm.name, calibration)
  const episodes =
    (options['episodes'] as number | undefined) ?? (fixedGoal === undefined ? undefined : 1)
  const recorder = await startRecording(context, { actor, config, calibration, seed: seed ?? 0 })
  const foxglove = await openFoxglove(
    context,
    `sim2arm deploy ${actor.name}`,
    fixedGoal === undefined ? REQUESTS : STOPS,
  )
  const report = await runSerialDeployment({
    sinks: [recorder, foxglove].filter((sink) => sink !== undefined),
    ...(foxglove && { incoming: foxglove.incoming }),
    actor,
    config,
    calibration,
    port,
    object,
    goal: goal ?? besideObject(object),
    ...(stop && { stop }),
    ...(objectSensor && { objectSensor }),
    episodes,
    speed: Math.min(1, (options['speed'] as number | undefined) ?? 1),
    isShadow: options['shadow'] === true,
    isGuarded: true,
    isParked: options['park'] === true,
    seed: seed ?? 0,
    signal,
    onCamera: (url) => {
      out.event({ type: 'camera', url })
      out.line(`Camera: open ${url} in the browser that has it`)
    },
    ...(!proven.isProven && { firstRun: watchFirstRun(out, proven) }),
    onStarted: () => {
      out.event({ type: 'started', arm: actor.arm.name, port })
      out.line(`${actor.name} acts on ${actor.arm.title} at ${port}; Ctrl-C stops and holds`)
    },
    createTap: () => ({
      policyStep() {},
      episode(result) {
        out.event({ type: 'episode', ...result })
        const verdict = result.isSuccess ? 'reached' : 'missed'
        out.line(
          `episode ${result.episode}: ${verdict}, ${(result.finalDistanceM * 100).toFixed(1)} cm from the goal`,
        )
      },
    }),
  })
    .catch(explainInterruption(signal))
    .finally(() => Promise.all([recorder?.close(), foxglove?.close()]))
  const arrived = report.objectArrivals
  if (arrived !== null) out.line(describeArrivals(arrived))
  const file = options['sensorOut'] as string | undefined
  if (file !== undefined) {
    const uri = (options['sensor'] as string[]).find((text) => text.startsWith('object='))!
    await writeSensor(file, { arrived, uri: uri.replace('object=', ''), objectSensor })
  }
  return outcome(report, options, recorder)
}

/** Tells how the first run with a calibration goes, and remembers that it went well. */
function watchFirstRun(out: CommandContext['out'], proven: ProvenCalibration): FirstRunWatch {
  out.line(
    'First run with this calibration: every joint is tried by a few degrees, then the policy',
  )
  out.line(
    'acts while the arm holds, then slowly, then at full speed. Look which way the joints turn.',
  )
  return {
    onChecked(directions) {
      out.event({ type: 'directions', joints: directions })
      for (const { joint, movedRad } of directions) {
        const degrees = (movedRad * 180) / Math.PI
        out.line(`${joint} went by ${degrees.toFixed(1)}°, as sent`)
      }
    },
    onStage(stage) {
      out.event({ type: 'firstRun', stage })
      out.line(stage === 'slow' ? 'the policy moves the arm, slowly' : 'full speed')
    },
    onProven() {
      if (proven.remember() !== undefined) return
      out.line(
        'This could be remembered nowhere: the next run with this calibration does it again.',
      )
    },
  }
}

/** An interruption that comes as an error came before the loop had the arm. */
function explainInterruption(signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    if (!signal.aborted || error !== signal.reason) throw error
    const message = 'stopped on request before the arm was enabled; its torque is as it was'
    throw new CodedError('BRIDGE_INTERRUPTED', message, { cause: error })
  }
}

type Report = Awaited<
  ReturnType<typeof import('../../deploy/serial-deployment.node.ts')['runSerialDeployment']>
>

function outcome(
  report: Report,
  options: CommandContext['options'],
  recorder: Recorder | undefined,
): CommandOutcome {
  const { episodes, end } = report
  const numSuccesses = episodes.filter((episode) => episode.isSuccess).length
  const distances = episodes.map((episode) => episode.finalDistanceM)
  const exitCodes = { episodes: 0, interrupted: 130, emergencyStop: 4 } as const
  const held = options['park'] === true ? 'is parked, torque off' : 'holds still with torque on'
  const left = options['shadow'] === true ? 'was not touched' : held
  return {
    result: {
      steps: report.steps,
      episodes: episodes.length,
      success: episodes.length === 0 ? null : numSuccesses / episodes.length,
      finalDistanceM: distances,
      ...report.timing,
      interventions: report.interventions,
      rejectedPoses: report.rejectedPoses,
      rejectedGoals: report.rejectedGoals,
      sensors: {
        object: report.objectArrivals && { ...report.objectArrivals, clock: report.objectClock },
      },
      bus: report.bus,
      faults: 0,
      end,
      recording: recorder === undefined ? null : describeRecording(recorder),
    },
    summary: `${report.steps} steps, ${numSuccesses} of ${episodes.length} episodes reached the goal; ended by ${end}. The arm ${left}.`,
    exitCode: exitCodes[end],
  }
}

function readGoal(values: readonly number[]): readonly [number, number] {
  if (values.length === 2 || values.length === 3) return [values[0]!, values[1]!]
  throw new CodedError('BRIDGE_USAGE', `expected a goal x,y, found ${values.join(',')}`, {
    hint: 'for example --goal 0.25,0.05',
  })
}
