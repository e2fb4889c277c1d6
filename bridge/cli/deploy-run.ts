import { CodedError } from '../../configs/load/coded-error.ts'
import { checkGoal } from '../deploy/check-deployable.ts'
import type { DeployConfig } from '../deploy/deploy.schema.ts'
import type { DeploymentOptions, DeploymentReport } from '../deploy/deployment.node.ts'
import { describeForesight, jointForesight } from '../deploy/joint-foresight.ts'
import { combineTaps, type LoopTap } from '../deploy/loop-tap.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import type { RunFacts } from '../recording/record-run.node.ts'
import type { Recorder } from '../recording/recorder.node.ts'
import type { FoxgloveLive } from '../streams/foxglove/foxglove-live.node.ts'
import { createSteeringMemory } from '../streams/shared-steering.ts'
import { onCtrlC } from './arm-at-port.ts'
import { checkFolders } from './check-folders.ts'
import type { CommandContext, CommandOutcome } from './command.ts'
import { deploymentOutcome } from './deployment-outcome.ts'
import { openFoxglove } from './foxglove.ts'
import { startRecording } from './recording.ts'
import { openDeployViewer, type RunViewer } from './run-viewer.ts'
import {
  createCameraTeller,
  type DeploySensors,
  describeArrivals,
  readDescription,
  writeSensor,
} from './sensors.ts'
import { readTakeOver } from './take-over.ts'
import { tellOutcome } from './tell-outcome.ts'

/** What the network may ask of a run. */
const STOPS = { '/emergency_stop': 'std_msgs/msg/Bool', '/reset': 'std_msgs/msg/Empty' } as const
const REQUESTS = { ...STOPS, '/goal/pose': 'geometry_msgs/msg/PoseStamped' } as const

export interface Deployment {
  readonly facts: RunFacts & { readonly actor: TaskActor; readonly config: DeployConfig }
  readonly sensors: DeploySensors
  /** Where the arm is, for people. */
  readonly place: string
  /** Whether the arm's torque is off once it is parked. */
  readonly canRelease: boolean
}

/** What every deployment does, however the arm is reached: record, show, run, tell. */
export async function runDeployCommand(
  context: CommandContext,
  deployment: Deployment,
  start: (common: DeploymentOptions) => Promise<DeploymentReport>,
): Promise<CommandOutcome> {
  const { options, out, signal } = context
  const { facts, sensors } = deployment
  const { actor, config } = facts
  checkFolders([options['sensorOut']])
  if (Array.isArray(sensors.goal)) checkGoal(actor, sensors.goal)
  const objectSensor = await readDescription(config)
  const port = options['port'] as string | undefined
  const takeOver = await readTakeOver(context, { name: actor.arm.name, port })
  const steering = createSteeringMemory()
  const accepts = Array.isArray(sensors.goal) ? STOPS : REQUESTS
  let foxglove: FoxgloveLive | undefined
  let viewer: RunViewer | undefined
  let recorder: Recorder | undefined
  let report: DeploymentReport
  try {
    foxglove = await openFoxglove(context, `sim2arm deploy ${actor.name}`, accepts, steering)
    viewer = await openDeployViewer(context, { ...deployment, steering }, objectSensor)
    recorder = await startRecording(context, facts)
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
  for (const [name, arrived] of Object.entries(report.sensors)) {
    if (arrived) out.line(describeArrivals(name, arrived))
  }
  const { canRelease } = deployment
  const outcome = deploymentOutcome(report, options, { canRelease, recorder })
  const file = options['sensorOut'] as string | undefined
  if (file === undefined) return outcome
  try {
    await writeSensor(file, { arrived: report.sensors, uri: sensors.objectUri, objectSensor })
  } catch (error) {
    tellOutcome(out, 'deployment', outcome)
    throw error
  }
  return outcome
}

function common(
  { options, out, signal, ...context }: CommandContext,
  { facts, place, sensors }: Deployment,
  viewer: RunViewer | undefined,
): DeploymentOptions {
  const { actor, config } = facts
  const { objectUri: _, ...streams } = sensors
  const hasStreamedJoints = sensors.joints !== undefined || sensors.gripper !== undefined
  const foresight = hasStreamedJoints ? jointForesight(config, actor.file) : undefined
  const isFixed = Array.isArray(sensors.goal)
  const isParked = options['park'] === true
  return {
    ...{ actor, config, signal, ...streams },
    episodes: (options['episodes'] as number | undefined) ?? (isFixed ? 1 : undefined),
    speed: (options['speed'] as number | undefined) ?? 1,
    isShadow: options['shadow'] === true,
    isParked,
    seed: context.seed ?? 0,
    onCamera: createCameraTeller(out),
    onGoalRejected: (reason) => {
      out.event({ type: 'goalRejected', reason })
      out.line(`a goal was not taken: ${reason}`)
    },
    onStarted: () => {
      const joints = foresight && { jointsForeseen: foresight.isForeseen }
      out.event({ type: 'started', arm: actor.arm.name, port: place, ...joints })
      if (foresight) out.line(describeForesight(foresight))
      out.line(`${actor.name} acts on ${actor.arm.title} at ${place}; ${onCtrlC(isParked)}`)
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

/** An interruption that comes as an error came before the loop had the arm. */
function explainInterruption(signal: AbortSignal, error: unknown): never {
  if (!signal.aborted || error !== signal.reason) throw error
  const message = 'stopped on request before the arm was enabled; its torque is as it was'
  throw new CodedError('BRIDGE_INTERRUPTED', message, { cause: error })
}
