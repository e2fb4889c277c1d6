import { asCodedError } from '../../configs/load/coded-error.ts'
import type { SensorDescription } from '../../robot/sensors/sensor.schema.ts'
import type { ControlLoop } from '../deploy/control-loop.ts'
import type { DeployConfig } from '../deploy/deploy.schema.ts'
import type { Hand } from '../deploy/hand.ts'
import type { LoopTap } from '../deploy/loop-tap.ts'
import type { TaskActor } from '../deploy/task-actor.ts'
import { STEERING_SERVER } from '../streams/shared-steering.ts'
import type { Stream } from '../streams/stream.ts'
import type { RunEpisode, RunScene, SensorFacts } from '../viewer/frames.ts'
import type { CommandContext } from './command.ts'
import { parseViewPlace } from './option-values.ts'

/** Cycles over which the loop's timing is told [s]. */
const TIMING_S = 10

export interface RunViewerOptions {
  readonly place: { readonly host: string; readonly port: number }
  readonly scene: RunScene
  readonly actor: TaskActor
  readonly config: DeployConfig
  readonly sensor: SensorFacts
  /** Whether pages may move the arm, and not only stop it. */
  readonly hasHand: boolean
  /** Shared with other servers of the run, where there are any; see `createSteeringMemory`. */
  readonly steering?: SharedArrayBuffer
}

/** The viewer of a run that moves an arm. */
export interface RunViewer {
  /** What pages ask for. */
  readonly stops: Stream
  readonly hand: Hand
  createTap(loop: ControlLoop): LoopTap
  episode(episode: RunEpisode): void
  /** Says why the run ends, to everybody who watches. */
  tellEnd(error: unknown): void
  close(): Promise<void>
}

/**
 * Opens the viewer of a run and says where. Who opens the address with the token may move the arm by hand; everybody
 * who sees the page may stop it.
 */
export async function openRunViewer(
  { options, out }: CommandContext,
  { actor, config, hasHand, place, scene, sensor, steering }: RunViewerOptions,
): Promise<RunViewer> {
  const [{ startViewer }, { PageOrders }, { ArmWatch }, { armFacts }, tap, tokens] =
    await Promise.all([
      import('../viewer/start-viewer.node.ts'),
      import('../viewer/page-orders.ts'),
      import('../viewer/arm-watch.ts'),
      import('../viewer/arm-facts.ts'),
      import('../viewer/viewer-tap.ts'),
      import('../streams/access-token.ts'),
    ])
  const token = tokens.orderToken(options['token'] as string | undefined)
  const viewer = await startViewer({
    ...place,
    scene,
    control: {
      hasHand,
      token,
      ...(steering && { steering: { memory: steering, server: STEERING_SERVER.page } }),
    },
    onRequest: (request) => {
      if (request.kind !== 'newDraws' && request.kind !== 'training') orders.take(request)
    },
    onLost: (error) => out.line(error.line),
  })
  const orders = new PageOrders({
    now: () => performance.now() / 1000,
    deadManS: config.jog.deadManS,
    onStatus: (text) => viewer.status(text),
  })
  const handUrl = hasHand && token !== undefined ? `${viewer.url}#token=${token}` : undefined
  out.event({ type: 'ready', url: viewer.url, ...(handUrl !== undefined && { handUrl }) })
  out.line(`Viewer: ${viewer.url}`)
  if (handUrl !== undefined) out.line(`To move the arm by hand, open ${handUrl}`)
  const { model, spec } = actor
  const rateHz = spec.control.setpointRateHz
  return {
    stops: orders.stops,
    hand: orders.hand,
    createTap({ port, statistics }) {
      viewer.arm(armFacts({ port, jogged: model.jointNames, safety: config.safety, sensor }))
      let p99S = 0
      let sorted = 0
      const arm = new ArmWatch({
        ...{ jointNames: port.jointNames, model },
        timing() {
          // Once a second: it sorts.
          if (statistics.latenessS.count - sorted >= rateHz) {
            sorted = statistics.latenessS.count
            p99S = statistics.latenessS.percentile(0.99, TIMING_S * rateHz)
          }
          return { p99S, missed: statistics.missed }
        },
        streamedAgeS: () => port.streamedJointAgeS,
        onIntervention: (intervention) => viewer.intervention(intervention),
      })
      return tap.createViewerTap({
        ...{ viewer, scene, arm },
        interventions: () => port.filter.interventions,
        loop: () => ({ rateHz, jitterS: statistics.latenessS.worstOfLast(rateHz) }),
      })
    },
    episode: (episode) => viewer.episode(episode),
    tellEnd(error) {
      const coded = asCodedError(error)
      if (coded !== undefined && coded.code !== 'BRIDGE_INTERRUPTED') viewer.status(coded.line)
    },
    close: () => viewer.close(),
  }
}

/** The viewer of a deployment's `--view`, if it is asked for. @param place - where the arm is, for people */
export async function openDeployViewer(
  context: CommandContext,
  {
    facts,
    place,
    sensors,
    steering,
  }: {
    readonly facts: Pick<RunViewerOptions, 'actor' | 'config'>
    readonly place: string
    readonly sensors: { readonly objectUri: string }
    readonly steering: SharedArrayBuffer
  },
  objectSensor: SensorDescription | undefined,
): Promise<RunViewer | undefined> {
  const view = context.options['view']
  if (view === undefined) return undefined
  const [{ sensorFacts }, { runScene }] = await Promise.all([
    import('../viewer/arm-facts.ts'),
    import('../viewer/run-scene.ts'),
  ])
  const { actor, config } = facts
  return openRunViewer(context, {
    ...{ actor, config, steering },
    place: parseViewPlace(view),
    scene: runScene(actor, `${actor.arm.title} at ${place}`),
    sensor: sensorFacts(sensors.objectUri, objectSensor),
    hasHand: context.options['shadow'] !== true,
  })
}
