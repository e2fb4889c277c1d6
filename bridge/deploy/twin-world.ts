import type { ServoBus, ServoBusOptions } from '../../robot/bus/twin/bus.ts'
import { type BusFaults, createBusFaults } from '../../robot/bus/twin/bus-faults.ts'
import { twinServosOf } from '../../robot/bus/twin/twin-servos.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { Occlusion } from '../../robot/sensors/occlusion.ts'
import { createMujocoPlant, type MujocoPlant } from '../../sim/world/mujoco-plant.ts'
import type { Reality } from '../../sim/world/reality.ts'
import { type CameraFrame, TwinObjectCamera } from './twin-object-camera.ts'

const BUS_STREAM = 1
const CAMERA_STREAM = 2

export interface TwinWorldOptions {
  readonly arm: ArmDescription
  readonly reality: Reality
  readonly clock: EventClock
  readonly seed: number
  readonly faults?: Partial<BusFaults>
  readonly onCameraFrame: (frame: CameraFrame) => void
}

/** An emulated set-up without its cable: mechanics, servos and camera. The caller adds a bus over it. */
export interface TwinWorld {
  readonly plant: MujocoPlant
  readonly busOptions: Omit<ServoBusOptions, 'send'>
  readonly camera: TwinObjectCamera
  /** The bus that drives the mechanics; set it before the camera starts. */
  attach(bus: ServoBus): void
  /** Brings the mechanics up to now. */
  advance(): void
  dispose(): void
}

/** Builds the mechanics of a reality and everything that hangs on them. */
export async function createTwinWorld(options: TwinWorldOptions): Promise<TwinWorld> {
  const { arm, reality, clock, seed } = options
  const plant = await createMujocoPlant({ arm, reality })
  let bus: ServoBus | undefined
  const advance = () => bus?.advance()
  const camera = new TwinObjectCamera({
    sensor: reality.sensors.objectPose,
    clock,
    random: new RandomStream(seed, CAMERA_STREAM),
    look: () => {
      advance()
      const pose = plant.objectPose()
      return { position: pose.position, quaternion: pose.quaternion, arm: plant.state }
    },
    occlusion: new Occlusion(plant.model, reality.sensors.objectPose.cameraM),
    publish: options.onCameraFrame,
  })
  const { bus: wire } = reality
  return {
    plant,
    busOptions: {
      ...twinServosOf(arm),
      plant,
      clock,
      random: new RandomStream(seed, BUS_STREAM),
      faults: createBusFaults({
        dropRate: wire.dropRate,
        corruptRate: wire.corruptRate,
        duplicateRate: wire.duplicateRate,
        delayRate: wire.delayRate,
        delayS: wire.delayS,
        latencyS: wire.latencyS,
        ...options.faults,
      }),
    },
    camera,
    attach(attached) {
      bus = attached
    },
    advance,
    dispose() {
      camera.stop()
      plant.dispose()
    },
  }
}
