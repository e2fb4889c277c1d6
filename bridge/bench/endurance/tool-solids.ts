import type { ArmModel } from '../../../robot/model/arm.ts'
import { type ArmGeometry, createShapedArm, shapeArm } from '../../../robot/model/arm-geometry.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { multiplyQuaternions, rotate } from '../../../robot/model/pose.ts'
import { tipCapsule } from '../../../sim/scene/tip.ts'
import { type Solid, solidOfCapsule, solidOfParts } from './solid.ts'

/** Points on the axis of a closed gripper's tip. */
const AXIS_POINTS = 9

/** What touches things: the pads of both fingers, or the capsule that a closed gripper is. */
export interface ToolSolids {
  readonly solids: readonly Solid[]
  /** Gives the arm the geometry with which it was built. */
  shape(geometry: ArmGeometry): void
  /** Puts them where the joints have them. @param q - [numJoints] */
  place(q: Float64Array): void
}

/** Of the links themselves, not of an engine's bodies that follow them. */
export function createToolSolids(nominal: ArmModel): ToolSolids {
  const model = createShapedArm(nominal)
  const kinematics = new ArmKinematics(model)
  const parts = model.gripper === undefined ? [tipOf(model)] : padsOf(model)
  return {
    solids: parts.map(({ solid }) => solid),
    shape(geometry) {
      shapeArm(nominal, geometry, model)
    },
    place(q) {
      kinematics.forward(q)
      for (const { solid, link, offset, turn } of parts) {
        const linkTurn = kinematics.linkQuaternion.subarray(4 * link, 4 * link + 4)
        multiplyQuaternions(linkTurn, turn, solid.quaternion)
        rotate(linkTurn, offset, solid.position)
        for (let i = 0; i < 3; i++) {
          solid.position[i] = solid.position[i]! + kinematics.linkPosition[3 * link + i]!
        }
      }
    },
  }
}

/** A solid and where it is fixed on a link: position [3] and orientation [4] in the link's frame. */
interface Carried {
  readonly solid: Solid
  readonly link: number
  readonly offset: Float64Array
  readonly turn: Float64Array
}

const livePose = () => ({ position: new Float64Array(3), quaternion: Float64Array.of(0, 0, 0, 1) })

function padsOf({ gripper }: ArmModel): Carried[] {
  return gripper!.fingers.flatMap(({ link, pads }) =>
    pads.map(({ position, quaternion, halfSizeM }) => {
      const box = { kind: 'box', centreM: new Float64Array(3), halfSizeM } as const
      return { solid: solidOfParts([box], livePose()), link, offset: position, turn: quaternion }
    }),
  )
}

/** The capsule's axis begins one radius behind the tool point and runs back along the approach. */
function tipOf(model: ArmModel): Carried {
  const { radiusM, halfAxisM } = tipCapsule(model)
  const { link, position, approach } = model.tool
  const axis = Float64Array.from({ length: 3 * AXIS_POINTS }, (_, i) => {
    const back = radiusM + 2 * halfAxisM * (Math.floor(i / 3) / (AXIS_POINTS - 1))
    return -back * approach[i % 3]!
  })
  const turn = Float64Array.of(0, 0, 0, 1)
  return { solid: solidOfCapsule(axis, radiusM, livePose()), link, offset: position, turn }
}
