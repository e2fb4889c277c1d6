import { CodedError } from '../../../configs/load/coded-error.ts'
import type { DeployConfig } from '../../deploy/deploy.schema.ts'
import type { DeploymentOptions, DeploymentReport } from '../../deploy/deployment.node.ts'
import { combineTaps, type LoopTap } from '../../deploy/loop-tap.ts'
import type { TaskActor } from '../../deploy/task-actor.ts'
import type { RunFacts } from '../../recording/record-run.node.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { deploymentOutcome } from '../deployment-outcome.ts'
import { FOXGLOVE_OPTIONS, openFoxglove } from '../foxglove.ts'
import { LEADER_OPTIONS } from '../leader.ts'
import {
  DEFAULT_VIEW,
  parseInteger,
  parseNumber,
  parseNumberList,
  requiredText,
} from '../option-values.ts'
import { startRecording } from '../recording.ts'
import { openDeployViewer, type RunViewer } from '../run-viewer.ts'
import {
  type DeploySensors,
  describeArrivals,
  readDeploySensors,
  readDescription,
  writeSensor,
} from '../sensors.ts'
import { readTakeOver } from '../take-over.ts'
import { watchFirstRun } from '../watch-first-run.ts'

export const command: CommandDefinition = {
  examples: [
    'sim2arm deploy push-so101 --port /dev/ttyACM0 --calibration my_arm.yaml --sensor object=rosbridge://127.0.0.1:9090/object/pose',
    'sim2arm deploy push-so101 --port /dev/ttyACM0 --calibration my_arm.yaml --sensor object=camera: --goal 0.25,0.05 --shadow',
    'sim2arm deploy push-panda --driver ros --sensor object=ros:/object/pose',
  ],
  arguments: [{ name: '<policy>', description: 'a policy, or scripted' }],
  options: [
    {
      flags: '--driver <name>',
      description: 'how the arm is reached (default: as its deploy config says)',
      choices: ['serial', 'ros'],
    },
    {
      flags: '--ros',
      description: 'be a node of ROS 2 too: joints, frames, health; --ros-args as usual',
    },
    { flags: '--port <device>', description: 'serial device of the arm' },
    { flags: '--calibration <file>', description: 'joint zeros: ours (YAML) or LeRobot’s (JSON)' },
    {
      flags: '--sensor <name=uri>',
      description:
        'object=URI, goal=URI, joints=URI, gripper=URI, stop=URI; see docs/own-sensor.md for the kinds',
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
    {
      flags: '--task <name>',
      description: 'the policy’s task, where it is not a shipped one: a file',
    },
    { flags: '--record <file>', description: 'write everything to an MCAP file' },
    { flags: '--park', description: 'at the end move slowly to the park pose and release torque' },
    {
      flags: '--sensor-out <file>',
      description: 'write rate and delay of the object sensor as they were, to train with',
    },
    { flags: '--shadow', description: 'read and compute, move nothing' },
    {
      flags: '--speed <share>',
      description: 'share of full speed, 0 to 1',
      parse: parseNumber(0, 1),
    },
    {
      flags: '--teleop <device>',
      description: 'a leader there takes over when it is moved; stillness or Enter gives back',
    },
    ...LEADER_OPTIONS,
    {
      flags: '--view [host:port]',
      description: `show the arm in a browser, to watch, stop and move by hand (${DEFAULT_VIEW} without a place)`,
    },
    ...FOXGLOVE_OPTIONS,
  ],
  settable: 'the deploy config',
  isRosNode: true,
  run,
}

/** What the network may ask of a run. */
const STOPS = { '/emergency_stop': 'std_msgs/msg/Bool', '/reset': 'std_msgs/msg/Empty' } as const
const REQUESTS = { ...STOPS, '/goal/pose': 'geometry_msgs/msg/PoseStamped' } as const

async function run(context: CommandContext): Promise<CommandOutcome> {
  const { args, options, set } = context
  const [{ loadTaskActor }, { loadDeployConfig }] = await Promise.all([
    import('../../deploy/task-actor.ts'),
    import('../../deploy/load-deploy-config.node.ts'),
  ])
  const actor = await loadTaskActor({
    name: args[0] as string,
    arm: options['arm'] as string | undefined,
    task: options['task'] as string | undefined,
  })
  const config = loadDeployConfig(actor.arm.name, set)
  const byPort = options['port'] === undefined ? config.driver : 'serial'
  const driver = (options['driver'] as Driver | undefined) ?? byPort
  const isRos = driver === 'ros' || options['ros'] === true
  if (!isRos && context.rosArgs.length > 0) {
    throw new CodedError('BRIDGE_USAGE', '--ros-args without a node', { hint: 'add --ros' })
  }
  return driver === 'ros'
    ? overRos(context, actor, config)
    : overSerial(context, actor, { config, isRos })
}

type Driver = 'serial' | 'ros'

async function overRos(
  context: CommandContext,
  actor: TaskActor,
  config: DeployConfig,
): Promise<CommandOutcome> {
  const [{ openRosNode }, { runRosDeployment }] = await Promise.all([
    import('../../ros/open-ros-node.node.ts'),
    import('../../deploy/ros-deployment.node.ts'),
  ])
  const sensors = await readDeploySensors(context.options, true)
  const ros = await openRosNode(config, context.rosArgs)
  const facts = { actor, config, calibration: null, seed: seedOf(context) }
  const place = `${ros.config.command.controller} (ROS 2)`
  try {
    return await deploy(context, { facts, sensors, place, canRelease: false }, (common) =>
      runRosDeployment({ ...common, ros }),
    )
  } finally {
    ros.close()
  }
}

async function overSerial(
  context: CommandContext,
  actor: TaskActor,
  { config, isRos }: { readonly config: DeployConfig; readonly isRos: boolean },
): Promise<CommandOutcome> {
  const { options, out, rosArgs } = context
  if (actor.arm.bus === undefined) {
    throw new CodedError(
      'ROBOT_ARM_INVALID',
      `${actor.name} moves ${actor.arm.name}, which has no servo bus`,
      {
        hint: 'use a policy that was trained for the arm at the port, or --driver ros',
      },
    )
  }
  const port = requiredText(options['port'], '--port', 'sim2arm doctor lists serial devices')
  const [{ loadCalibration }, { runSerialDeployment }, { ProvenCalibration }, { checkResidual }] =
    await Promise.all([
      import('../../../robot/calibration/load-calibration.node.ts'),
      import('../../deploy/serial-deployment.node.ts'),
      import('../../deploy/proven-calibration.node.ts'),
      import('../../deploy/check-residual.ts'),
    ])
  const calibration = loadCalibration(options['calibration'] as string | undefined, actor.arm)
  const warning = checkResidual(calibration, config.touchResidualM)
  if (warning !== undefined) out.line(`Warning: ${warning}`)
  const sensors = await readDeploySensors(options, isRos)
  const proven = new ProvenCalibration(calibration.origin, actor.arm.name, calibration)
  const facts = { actor, config, calibration, seed: seedOf(context) }
  const ros = isRos ? await openCitizen(config, rosArgs) : undefined
  try {
    return await deploy(context, { facts, sensors, place: port, canRelease: true }, (common) =>
      runSerialDeployment({
        ...common,
        ...{ calibration, port, isGuarded: true },
        ...(!proven.isProven && { firstRun: watchFirstRun(out, proven) }),
        ...(ros && { ros: { ...ros, isPublishingArm: true } }),
      }),
    )
  } finally {
    ros?.close()
  }
}

async function openCitizen(config: DeployConfig, rosArgs: readonly string[]) {
  const { openCitizenNode } = await import('../../ros/open-ros-node.node.ts')
  return openCitizenNode(config, rosArgs)
}

interface Deployment {
  readonly facts: RunFacts & { readonly actor: TaskActor; readonly config: DeployConfig }
  readonly sensors: DeploySensors
  /** Where the arm is, for people. */
  readonly place: string
  /** Whether the arm's torque is off once it is parked. */
  readonly canRelease: boolean
}

/** What every deployment does, however the arm is reached: record, show, run, tell. */
async function deploy(
  context: CommandContext,
  deployment: Deployment,
  start: (common: DeploymentOptions) => Promise<DeploymentReport>,
): Promise<CommandOutcome> {
  const { options, out, signal } = context
  const { facts, sensors } = deployment
  const { actor, config } = facts
  const objectSensor = await readDescription(config)
  const port = options['port'] as string | undefined
  const takeOver = await readTakeOver(context, { name: actor.arm.name, port })
  const recorder = await startRecording(context, facts)
  const accepts = Array.isArray(sensors.goal) ? STOPS : REQUESTS
  const foxglove = await openFoxglove(context, `sim2arm deploy ${actor.name}`, accepts)
  const viewer = await openDeployViewer(context, deployment, objectSensor)
  let report: DeploymentReport
  try {
    report = await start({
      ...common(context, deployment, viewer),
      ...takeOver.part,
      sinks: [recorder, foxglove].filter((sink) => sink !== undefined),
      incoming: [foxglove?.incoming, viewer?.stops].filter((each) => each !== undefined),
      ...(viewer && { hand: viewer.hand }),
      ...(objectSensor && { objectSensor }),
    })
  } catch (error) {
    viewer?.tellEnd(error)
    return explainInterruption(signal, error)
  } finally {
    takeOver.close()
    await Promise.all([recorder?.close(), foxglove?.close(), viewer?.close()])
  }
  const arrived = report.objectArrivals
  if (arrived !== null) out.line(describeArrivals(arrived))
  const file = options['sensorOut'] as string | undefined
  if (file !== undefined) await writeSensor(file, { arrived, uri: sensors.objectUri, objectSensor })
  return deploymentOutcome(report, options, { canRelease: deployment.canRelease, recorder })
}

function common(
  { options, out, signal, ...context }: CommandContext,
  { facts, place, sensors }: Deployment,
  viewer: RunViewer | undefined,
): DeploymentOptions {
  const { actor, config } = facts
  const { objectUri: _, ...streams } = sensors
  const isFixed = Array.isArray(sensors.goal)
  return {
    ...{ actor, config, signal, ...streams },
    episodes: (options['episodes'] as number | undefined) ?? (isFixed ? 1 : undefined),
    speed: (options['speed'] as number | undefined) ?? 1,
    isShadow: options['shadow'] === true,
    isParked: options['park'] === true,
    seed: context.seed ?? 0,
    onCamera: (url) => {
      out.event({ type: 'camera', url })
      out.line(`Camera: open ${url} in the browser that has it`)
    },
    onStarted: () => {
      out.event({ type: 'started', arm: actor.arm.name, port: place })
      out.line(`${actor.name} acts on ${actor.arm.title} at ${place}; Ctrl-C stops and holds`)
    },
    createTap: (loop) =>
      combineTaps([...(viewer ? [viewer.createTap(loop)] : []), tellEpisodes(out)]),
  }
}

function tellEpisodes(out: CommandContext['out']): LoopTap {
  return {
    policyStep() {},
    episode(result) {
      out.event({ type: 'episode', ...result })
      const verdict = result.isSuccess ? 'reached' : 'missed'
      out.line(
        `episode ${result.episode}: ${verdict}, ${(result.finalDistanceM * 100).toFixed(1)} cm from the goal`,
      )
    },
  }
}

function seedOf({ seed }: CommandContext): number {
  return seed ?? 0
}

/** An interruption that comes as an error came before the loop had the arm. */
function explainInterruption(signal: AbortSignal, error: unknown): never {
  if (!signal.aborted || error !== signal.reason) throw error
  const message = 'stopped on request before the arm was enabled; its torque is as it was'
  throw new CodedError('BRIDGE_INTERRUPTED', message, { cause: error })
}
