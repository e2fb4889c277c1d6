import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDescription } from './arm.schema.ts'
import type { CompileArmOptions } from './compile-arm.ts'
import { placeLinks } from './place-links.ts'
import { multiplyQuaternions, quaternionFromRpy, transformPoint } from './pose.ts'

/** A primitive of the arm, fixed to one link of the compiled arm. */
export interface PlacedShape {
  /** Active joint that carries the shape, -1 for the base. */
  readonly link: number
  /** Placement in that link's frame: [3] and [4]. */
  readonly position: Float64Array
  readonly quaternion: Float64Array
  readonly shape: ArmDescription['shapes'][number]
}

/** The arm's shapes as `compileArm` with the same options carries them, for drawing and collision. */
export function placeShapes(
  description: ArmDescription,
  options: CompileArmOptions = {},
): PlacedShape[] {
  const placements = placeLinks(description, options)
  return description.shapes.map((shape) => {
    const placement = placements.get(shape.link)
    if (placement === undefined) {
      const links = [...placements.keys()].join(', ')
      throw new CodedError(
        'ROBOT_ARM_INVALID',
        `${description.name}: a shape names link ${shape.link}`,
        {
          hint: `links are ${links}`,
        },
      )
    }
    const position = new Float64Array(3)
    const quaternion = new Float64Array(4)
    transformPoint(placement, shape.frame.xyzM, position)
    quaternionFromRpy(shape.frame.rpyRad, quaternion)
    multiplyQuaternions(placement.quaternion, quaternion, quaternion)
    return { link: placement.carrier, position, quaternion, shape }
  })
}
