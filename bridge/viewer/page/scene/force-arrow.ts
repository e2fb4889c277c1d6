import { Vector3 } from 'three'
import type { Vector3 as Numbers } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { type ArrowLook, createArrowLook } from './gravity-arrow.ts'

/** Below this nothing is seen; beyond this the arrow grows no longer [N]. */
const [LEAST_N, MOST_N] = [0.02, 5]
const UP = new Vector3(0, 0, 1)

/** The force of contact on the tool, from where the tool is. */
export class ForceArrow {
  readonly group
  private readonly look: ArrowLook
  private readonly perNewtonM: number

  /** @param perNewtonM - length of one newton [m] */
  constructor(perNewtonM: number, theme: Theme) {
    this.perNewtonM = perNewtonM
    this.look = createArrowLook(theme)
    this.group = this.look.createArrow()
    this.group.visible = false
  }

  /** Base frame [m], [N]; without a force nothing is known of it. */
  show(tip: Numbers, forceN: Numbers | undefined): void {
    const force = new Vector3(...(forceN ?? [0, 0, 0]))
    const size = force.length()
    this.group.visible = size > LEAST_N
    if (!this.group.visible) return
    this.group.position.set(...tip)
    this.group.scale.setScalar(this.perNewtonM * Math.min(MOST_N, size))
    this.group.quaternion.setFromUnitVectors(UP, force.normalize())
  }

  setTheme(theme: Theme): void {
    this.look.setTheme(theme)
  }
}
