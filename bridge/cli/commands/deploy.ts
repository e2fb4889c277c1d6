import { CodedError } from '../../../configs/load/coded-error.ts'
import type { DeployConfig } from '../../deploy/deploy.schema.ts'
import type { TaskActor } from '../../deploy/task-actor.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { runDeployCommand } from '../deploy-run.ts'
import { FOXGLOVE_OPTIONS } from '../foxglove.ts'
import { LEADER_OPTIONS } from '../leader.ts'
import {
  DEFAULT_VIEW,
  parseInteger,
  parseNumber,
  parseNumberList,
  requiredText,
} from '../option-values.ts'
import { readDeploySensors } from '../sensors.ts'
import { type OwnOptions, refuseStrayOptions, refuseStrayToken } from '../stray-options.ts'
import { watchFirstRun } from '../watch-first-run.ts'

export const command: CommandDefinition = {
  examples: [
    'sim2arm deploy push-so101 --port /dev/ttyACM0 --calibration my_arm.yaml --sensor object=rosbridge://127.0.0.1:9090/object/pose',
    'sim2arm deploy push-so101 --port /dev/ttyACM0 --calibration my_arm.yaml --sensor object=camera: --goal 0.25,0.05 --shadow',
    'sim2arm deploy push-panda --driver ros --sensor object=ros:/object/pose',
    'sim2arm deploy push-so101 --driver sim --goal 0.25,0.05 --episodes 3',
  ],
  arguments: [{ name: '<policy>', description: 'a policy, or scripted' }],
  options: [
    {
      flags: '--driver <name>',
      description: 'how the arm is reached (default: as its deploy config says)',
      choices: ['serial', 'ros', 'sim'],
    },
    {
      flags: '--reality <name>',
      description: 'set-up of --driver sim: a name, a file, or random:SEED',
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
      description:
        'write rate and delay of the object sensor, and of streamed joints, as they were, to train with',
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
  refuseStrayOptions(options, OWN_OPTIONS, { choice: driver, by: '--driver' })
  refuseStrayToken(options, ['view', 'foxglove'])
  if (driver === 'sim') return inSimulation(context, actor, config)
  return driver === 'ros'
    ? overRos(context, actor, config)
    : overSerial(context, actor, { config, isRos })
}

type Driver = 'serial' | 'ros' | 'sim'

const seedOf = ({ seed }: CommandContext): number => seed ?? 0

/** Options by the only drivers that they say something about. */
const OWN_OPTIONS: OwnOptions<Driver> = {
  port: ['serial'],
  calibration: ['serial'],
  ros: ['serial', 'ros'],
  reality: ['sim'],
}

async function inSimulation(
  context: CommandContext,
  actor: TaskActor,
  config: DeployConfig,
): Promise<CommandOutcome> {
  const [{ runSimDeployment }, { loadReality }, { nominalCalibration }] = await Promise.all([
    import('../../deploy/sim-deployment.node.ts'),
    import('../../../sim/world/reality.node.ts'),
    import('../../../robot/calibration/calibration.ts'),
  ])
  const { arm } = actor
  const name = (context.options['reality'] as string | undefined) ?? config.reality
  const reality = loadReality(name)
  const sensors = await readDeploySensors(context.options, 'sim')
  const hasBus = arm.bus !== undefined
  const calibration = hasBus ? nominalCalibration(arm) : null
  const facts = { actor, config, calibration, seed: seedOf(context) }
  const place = `a simulated set-up (${name})`
  return runDeployCommand(context, { facts, sensors, place, canRelease: hasBus }, (common) =>
    runSimDeployment({ ...common, reality }),
  )
}

async function overRos(
  context: CommandContext,
  actor: TaskActor,
  config: DeployConfig,
): Promise<CommandOutcome> {
  const [{ openRosNode }, { runRosDeployment }] = await Promise.all([
    import('../../ros/open-ros-node.node.ts'),
    import('../../deploy/ros-deployment.node.ts'),
  ])
  const sensors = await readDeploySensors(context.options, 'ros')
  const ros = await openRosNode(config, context.rosArgs)
  const facts = { actor, config, calibration: null, seed: seedOf(context) }
  const place = `${ros.config.command.controller} (ROS 2)`
  try {
    return await runDeployCommand(context, { facts, sensors, place, canRelease: false }, (common) =>
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
  const sensors = await readDeploySensors(options, isRos ? 'ros' : undefined)
  const proven = new ProvenCalibration(calibration.origin, actor.arm.name, calibration)
  const facts = { actor, config, calibration, seed: seedOf(context) }
  const ros = isRos ? await openCitizen(config, rosArgs) : undefined
  try {
    return await runDeployCommand(
      context,
      { facts, sensors, place: port, canRelease: true },
      (common) =>
        runSerialDeployment({
          ...common,
          ...{ calibration, port, isGuarded: true },
          // A shadow moves nothing, so it proves nothing either.
          ...(options['shadow'] !== true &&
            !proven.isProven && { firstRun: watchFirstRun(out, proven) }),
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
