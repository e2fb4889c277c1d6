import { CodedError } from '../../../configs/load/coded-error.ts'
import { FAULTS } from '../../../robot/bus/twin/fault-schedule.ts'
import type { DeployConfig } from '../../deploy/deploy.schema.ts'
import type { RefereeVerdict } from '../../deploy/referee.ts'
import type { RosTwinSessionOptions } from '../../ros/twin/ros-twin-session.node.ts'
import { centimetres } from '../centimetres.ts'
import type { CommandContext, CommandDefinition, CommandOutcome } from '../command.ts'
import { parseHostPort, parseInteger } from '../option-values.ts'
import { parseFault } from '../parse-fault.ts'

export const command: CommandDefinition = {
  examples: [
    'sim2arm twin so101 --reality workshop --link /tmp/arm --calibration-out twin.yaml',
    'sim2arm twin so101 --fault dropRate=0.05 --fault jammedId=3@20+2',
    'sim2arm twin panda --driver ros --episodes 10',
  ],
  arguments: [{ name: '<arm>', description: 'an arm' }],
  options: [
    {
      flags: '--reality <name>',
      description: 'physical set-up: a name, a file, or random:SEED (default: the arm’s own)',
    },
    {
      flags: '--driver <name>',
      description:
        'serial: a serial device with the servo protocol; ros: a node of ROS 2 (default: as the arm is reached)',
      choices: ['serial', 'ros'],
    },
    {
      flags: '--task <name>',
      description: 'what the referee arranges: of kind push, lift, pick-place or stack',
      defaultValue: 'push',
    },
    { flags: '--link <path>', description: 'stable path of the serial device' },
    {
      flags: '--calibration-out <file>',
      description: 'write the calibration that the serial device has, for deploy and jog',
    },
    {
      flags: '--stream <host:port>',
      description: 'where the sensors are served (rosbridge v2)',
      defaultValue: '127.0.0.1:9090',
    },
    {
      flags: '--token <text>',
      description: 'who may connect; outside this machine a random one, or none for everybody',
    },
    {
      flags: '--episodes <N>',
      description: 'episodes that the twin arranges and judges itself',
      parse: parseInteger(0),
      defaultValue: 0,
    },
    {
      flags: '--fault <name=value@start+seconds>',
      description: `what goes wrong, when and for how long: ${Object.keys(FAULTS).join(', ')}`,
      isRepeatable: true,
    },
    {
      flags: '--until-eof',
      description: 'end when the input ends: never outlives the program that started it',
    },
  ],
  settable: 'the deploy config',
  isRosNode: true,
  run,
}

async function run(context: CommandContext): Promise<CommandOutcome> {
  const { args, options, out, seed } = context
  const signal =
    options['untilEof'] === true ? AbortSignal.any([context.signal, endOfInput()]) : context.signal
  const [{ loadArmDescription }, { loadReality }, { loadConfig }, { taskSchema }] =
    await Promise.all([
      import('../../../robot/model/load-arm.node.ts'),
      import('../../../sim/world/reality.node.ts'),
      import('../../../configs/load/load.node.ts'),
      import('../../../sim/tasks/task.schema.ts'),
    ])
  const { loadDeployConfig } = await import('../../deploy/load-deploy-config.node.ts')
  const arm = loadArmDescription(args[0] as string)
  const config = loadDeployConfig(arm.name, context.set)
  const realityName = (options['reality'] as string | undefined) ?? config.reality
  const twin: Twin = {
    arm,
    reality: loadReality(realityName),
    realityName,
    task: loadConfig('tasks', options['task'] as string, taskSchema),
    seed: seed ?? 0,
    episodes: options['episodes'] as number,
    signal,
    onVerdict: (verdict) => {
      out.event({ type: 'episode', ...verdict })
      out.line(
        `episode ${verdict.episode}: ${(verdict.finalDistanceM * 100).toFixed(1)} cm from the goal`,
      )
    },
  }
  const driver = (options['driver'] as string | undefined) ?? config.driver
  const verdicts =
    driver === 'ros' ? await overRos(context, twin, config) : await overSerial(context, twin)
  const { hasSucceeded } = await import('../../../policy/evaluate/evaluation.ts')
  const { outcomeOf } = await import('../../deploy/referee.ts')
  const thresholdM = twin.task.success.mainThresholdM
  const numSuccesses = verdicts.filter((verdict) =>
    hasSucceeded(outcomeOf(verdict), thresholdM),
  ).length
  return {
    result: { arm: arm.name, reality: realityName, episodes: verdicts.length, numSuccesses },
    ...(verdicts.length > 0 && {
      summary: `${numSuccesses} of ${verdicts.length} episodes within ${centimetres(thresholdM)}`,
    }),
  }
}

/** What is emulated, however it is reached. */
type Twin = Omit<RosTwinSessionOptions, 'graph' | 'config' | 'onReady'> & {
  readonly realityName: string
}

async function overSerial(
  { options, out }: CommandContext,
  twin: Twin,
): Promise<readonly RefereeVerdict[]> {
  const { runTwinSession } = await import('../../deploy/twin-session.node.ts')
  const { twinTopics } = await import('../../deploy/twin-topics.ts')
  const { twinTask } = await import('../../deploy/twin-task.ts')
  const { accessToken, startRosbridgeServer, TopicGraph } = await import('../../streams/index.ts')
  const { RealClock } = await import('../../../robot/model/real-clock.node.ts')
  const { arm, realityName, task } = twin
  const { objects } = twinTask(task, arm.name)
  const calibrationFile = options['calibrationOut'] as string | undefined
  if (calibrationFile !== undefined) {
    const { writeTwinCalibration } = await import('../twin-calibration.ts')
    writeTwinCalibration(calibrationFile, arm)
  }
  const { host, port } = parseHostPort(options['stream'] as string)
  const token = accessToken(host, options['token'] as string | undefined)
  const graph = new TopicGraph({ latched: ['/goal/pose'] })
  const server = await startRosbridgeServer({
    graph,
    clock: new RealClock(),
    host,
    port,
    rights: { control: ['/goal/pose', '/reset'], readOnly: twinTopics(objects) },
    ...(token !== undefined && { token }),
  })
  const stream = `${server.host}:${server.port}`
  try {
    return await runTwinSession({
      ...twin,
      faults: (options['fault'] as string[]).map((text) => parseFault(text, arm)),
      ...(options['link'] !== undefined && { linkPath: options['link'] as string }),
      stream: graph,
      onReady: (device) => {
        out.event({
          type: 'ready',
          ...{ port: device, stream, arm: arm.name, reality: realityName },
          ...(token !== undefined && { token }),
        })
        out.line(
          `${arm.title}, reality ${realityName}: servos on ${device}, sensors on ws://${stream}`,
        )
        if (token !== undefined) out.line(`its token: ${token}`)
      },
    })
  } finally {
    await server.close()
  }
}

async function overRos(
  { options, out, rosArgs }: CommandContext,
  twin: Twin,
  config: DeployConfig,
): Promise<readonly RefereeVerdict[]> {
  const stray = ['calibrationOut', 'link'].some((name) => options[name] !== undefined)
  if (stray || (options['fault'] as string[]).length > 0) {
    const message =
      '--fault, --calibration-out and --link are of servos and their bus, not of ROS 2'
    throw new CodedError('BRIDGE_USAGE', message, {
      hint: 'leave them out, or emulate an arm with --driver serial',
    })
  }
  const { requireRos } = await import('../../ros/require-ros.ts')
  const ros = requireRos(config)
  const { openRclnodejsGraph } = await import('../../ros/rclnodejs-graph.node.ts')
  const { runRosTwinSession } = await import('../../ros/twin/ros-twin-session.node.ts')
  const graph = await openRclnodejsGraph(rosArgs)
  const { arm, realityName } = twin
  try {
    return await runRosTwinSession({
      ...twin,
      graph,
      config: ros,
      onReady: (node) => {
        const { controller } = ros.command
        out.event({ type: 'ready', port: node, stream: '', arm: arm.name, reality: realityName })
        out.line(`${arm.title}, reality ${realityName}: node ${node}, controller ${controller}`)
      },
    })
  } finally {
    graph.close()
  }
}

/** Aborts when nobody can write to the standard input any more. */
function endOfInput(): AbortSignal {
  const ended = new AbortController()
  for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => ended.abort())
  process.stdin.resume()
  return ended.signal
}
