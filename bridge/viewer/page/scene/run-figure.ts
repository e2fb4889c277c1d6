import { Group } from 'three'
import { tableHeightAt } from '../../../../sim/scene/table.ts'
import type { Intervention, ObjectPlace, RunScene, RunState, SensorFacts } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { ArmFigure } from './arm-figure.ts'
import { loadArmMesh } from './arm-mesh.ts'
import { ForceArrow } from './force-arrow.ts'
import { InterventionMarks } from './intervention-marks.ts'
import { SensorFigure } from './sensor-figure.ts'
import { SetpointMarker } from './setpoint-marker.ts'
import { Trail } from './trail.ts'
import { WorldFigure } from './world-figure.ts'
import { createWorldLook, type WorldLook } from './world-look.ts'

const TRAIL_S = 4
/** An object that moves farther than this within one step was put there by hand [m]. */
const CARRIED_M = 0.06
/** Of the table, in multiples of the arm's reach. */
const [BACK, FRONT, SIDE] = [0.75, 2.05, 1.35]

/** Of two tables beside each other, in multiples of the arm's reach: how far each is from the middle, and what both take. */
export const PAIR = {
  side: 1.05 * SIDE,
  area: { centre: { x: 0.5, y: 0 }, halfX: 1, halfY: 2.3 },
} as const

/** One arm with its surroundings, where its tool is told to go, and where the object has been. */
export class RunFigure {
  /** Base frame. */
  readonly group = new Group()
  private readonly scene: RunScene
  private readonly look: WorldLook
  private readonly arm: ArmFigure
  private readonly ghost: ArmFigure
  /** Of the arm that the ghost stands for; undefined: where the joints are told to be [rad]. */
  comparedQ: readonly number[] | undefined
  private readonly sensor: SensorFigure
  private readonly interventions: InterventionMarks
  private readonly force: ForceArrow
  private readonly world: WorldFigure
  private readonly trail: Trail
  private readonly marker: SetpointMarker
  private readonly halfHeightM: number
  private seenAt = [Number.NaN, Number.NaN]

  constructor(scene: RunScene, reachM: number, theme: Theme) {
    const { arm, joints, thresholdM, world } = scene
    this.scene = scene
    const extent = { backM: BACK * reachM, frontM: FRONT * reachM, sideM: SIDE * reachM }
    this.look = createWorldLook(extent, reachM, theme)
    const origins = [{ x: 0, y: 0 }]
    this.arm = new ArmFigure({ arm, joints, origins }, theme)
    this.ghost = new ArmFigure({ arm, joints, origins, drawn: 'asGhost' }, theme)
    this.ghost.group.visible = false
    this.sensor = new SensorFigure(reachM, theme)
    this.interventions = new InterventionMarks(0.018 * reachM, theme)
    this.force = new ForceArrow(0.3 * reachM, theme)
    this.world = new WorldFigure(this.look, thresholdM)
    this.world.setScene(world)
    const [halfWidthM = 0, , halfHeightM = 0] = world.objects[0]?.halfSizeM ?? []
    this.halfHeightM = halfHeightM
    this.trail = new Trail(0.5 * halfWidthM, TRAIL_S, theme)
    this.marker = new SetpointMarker(0.021 * reachM, theme)
    this.marker.group.visible = false
    this.group.add(this.arm.group, this.ghost.group, this.world.group, this.trail.mesh)
    this.group.add(this.marker.group, this.sensor.group, this.interventions.mesh)
    this.group.add(this.force.group)
  }

  /** Draws the arm as its maker made it, once that is here; until then, and where there is none, by its shapes. */
  async loadMesh(): Promise<void> {
    const { arm, joints } = this.scene
    const bodies = await loadArmMesh(arm, joints)
    if (bodies === undefined) return
    this.arm.dress(bodies)
    this.ghost.dress(bodies)
  }

  show(state: RunState): void {
    const { commandedTip, commandQ, objectAgeS, objects, q, timeS, tip, tipForceN } = state
    this.arm.pose(0, q)
    const ghostQ = this.comparedQ ?? commandQ
    if (this.hasGhost && ghostQ !== undefined) this.ghost.pose(0, ghostQ)
    this.look.objects.setAge(objectAgeS ?? 0)
    this.world.show(state)
    this.marker.group.visible = true
    this.force.show(tip, tipForceN)
    const below = tableHeightAt(this.world.table.plane, commandedTip[0], commandedTip[1])
    this.marker.show(tip, commandedTip, below)
    if (objects[0]) this.addToTrail(timeS, objects[0])
  }

  /** Where the object has been, and where safety stepped in. */
  forget(): void {
    this.trail.clear()
    this.interventions.clear()
  }

  /** Whether a ghost stands where the joints are told to be. */
  get hasGhost(): boolean {
    return this.ghost.group.visible
  }

  set hasGhost(isShown: boolean) {
    this.ghost.group.visible = isShown
  }

  setSensor(sensor: SensorFacts): void {
    this.sensor.setSensor(sensor)
  }

  markIntervention({ tip }: Intervention): void {
    this.interventions.add(tip)
  }

  setTheme(theme: Theme): void {
    const { arm, force, ghost, interventions, look, marker, sensor, trail } = this
    for (const part of [arm, force, ghost, interventions, look, marker, sensor, trail]) {
      part.setTheme(theme)
    }
  }

  private addToTrail(timeS: number, { position: [x, y, z] }: ObjectPlace): void {
    const movedM = Math.hypot(x - this.seenAt[0]!, y - this.seenAt[1]!)
    if (movedM > CARRIED_M) this.trail.clear()
    this.seenAt = [x, y]
    this.trail.push(timeS, x, y, z - this.halfHeightM)
  }
}
