import type { ServoBusOptions } from '../../robot/bus/twin/bus.ts'
import { createTwinFaults } from '../../robot/bus/twin/twin-faults.ts'
import { twinServosOf } from '../../robot/bus/twin/twin-servos.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { parkPose } from '../../robot/model/park-pose.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { Occlusion } from '../../robot/sensors/occlusion.ts'
import type { TaskOnArm } from '../../sim/tasks/task.schema.ts'
import { createMujocoPlant, type MujocoPlant } from '../../sim/world/mujoco-plant.ts'
import type { Reality } from '../../sim/world/reality.ts'
import { type CameraFrame, TwinObjectCamera } from './twin-object-camera.ts'

const BUS_STREAM = 1
const CAMERA_STREAM = 2
/** Two for each object: its height and yaw, and what is drawn for all but the first. */
const OBJECT_STREAM = 100

export interface TwinWorldOptions {
  readonly arm: ArmDescription
  readonly reality: Reality
  /** What is played there; default: something with the reality's cylinder. */
  readonly task?: Pick<TaskOnArm, 'objects' | 'control'>
  readonly clock: EventClock
  readonly seed: number
  readonly onCameraFrame: (frame: CameraFrame) => void
}

/** An emulated set-up without what drives it: mechanics and camera. */
export interface TwinWorld {
  readonly plant: MujocoPlant
  readonly camera: { start(): void; stop(): void }
  /** What moves the mechanics on, a servo bus or a joint controller; set it before the camera starts. */
  attach(driving: { advance(): void }): void
  /** Brings the mechanics up to now. */
  advance(): void
  dispose(): void
}

/** The arm with its bus as the set-up has it: what whoever has set it up writes into the arm's file. */
export function armInReality(arm: ArmDescription, { bus }: Reality): ArmDescription {
  if (arm.bus === undefined || bus.baudBps === undefined) return arm
  return { ...arm, bus: { ...arm.bus, baudBps: bus.baudBps } }
}

/** Builds the mechanics of a reality and the camera that watches them. */
export async function createTwinWorld(options: TwinWorldOptions): Promise<TwinWorld> {
  const { arm, reality, clock, seed, task } = options
  const plant = await createMujocoPlant({ arm, reality, ...(task && { task }) })
  // Servos hold nothing before they are told to: the arm lies where a run before left it.
  if (arm.bus !== undefined) plant.reset(parkPose(arm, plant.model.jointNames))
  let driving: { advance(): void } | undefined
  const advance = () => driving?.advance()
  const eyes = plant.state.objects.map(
    ({ position, quaternion }, object) =>
      new TwinObjectCamera({
        sensor: reality.sensors.objectPose,
        clock,
        random: new RandomStream(seed, object === 0 ? CAMERA_STREAM : OBJECT_STREAM + 2 * object),
        furtherRandom: new RandomStream(seed, OBJECT_STREAM + 2 * object + 1),
        object,
        look: () => {
          advance()
          return { position, quaternion, arm: plant.state }
        },
        occlusion: new Occlusion(plant.model, reality.sensors.objectPose.cameraM),
        publish: options.onCameraFrame,
      }),
  )
  const stop = () => {
    for (const eye of eyes) eye.stop()
  }
  return {
    plant,
    camera: {
      start() {
        for (const eye of eyes) eye.start()
      },
      stop,
    },
    attach(attached) {
      driving = attached
    },
    advance,
    dispose() {
      stop()
      plant.dispose()
    },
  }
}

/** The servo bus over the mechanics of a world. */
export function twinBusOptions(
  { arm, reality, clock, seed }: Pick<TwinWorldOptions, 'arm' | 'reality' | 'clock' | 'seed'>,
  { plant }: TwinWorld,
): Omit<ServoBusOptions, 'send'> {
  const { bus: wire } = reality
  return {
    ...twinServosOf(armInReality(arm, reality), { replyPauseS: wire.returnDelayS }),
    plant,
    clock,
    random: new RandomStream(seed, BUS_STREAM),
    commandDelayS: wire.commandDelayS,
    faults: createTwinFaults({
      dropRate: wire.dropRate,
      corruptRate: wire.corruptRate,
      duplicateRate: wire.duplicateRate,
      delayRate: wire.delayRate,
      delayS: wire.delayS,
      latencyS: wire.latencyS,
    }),
  }
}
