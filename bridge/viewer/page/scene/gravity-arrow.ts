import {
  BufferGeometry,
  Color,
  ConeGeometry,
  CylinderGeometry,
  Group,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  Vector3,
} from 'three'
import { GRAVITY } from '../../../../sim/randomization/draw-physics.ts'
import type { Vector3 as Numbers } from '../../frames.ts'
import type { Theme } from '../theme.ts'

/** Share of the arrow that is its head, and widths, of its length under nominal gravity. */
const HEAD = 0.3
const HEAD_RADIUS = 0.1
const SHAFT_RADIUS = 0.03
/** Half length of the line across the end of the nominal one. */
const END = 0.12
const Z = new Vector3(0, 0, 1)

/** Bodies and colours of arrows that look alike. */
export interface ArrowLook {
  /** Along z, a unit long. */
  createArrow(): Group
  /** Nominal gravity: a unit down. */
  createNominal(): LineSegments
  setTheme(theme: Theme): void
}

export function createArrowLook(theme: Theme): ArrowLook {
  const solid = new MeshBasicMaterial({ toneMapped: false })
  const thin = new LineBasicMaterial({ toneMapped: false })
  const head = new ConeGeometry(HEAD_RADIUS, HEAD, 20).rotateX(Math.PI / 2)
  head.translate(0, 0, 1 - HEAD / 2)
  const shaft = new CylinderGeometry(SHAFT_RADIUS, SHAFT_RADIUS, 1 - HEAD, 12).rotateX(Math.PI / 2)
  shaft.translate(0, 0, (1 - HEAD) / 2)
  const nominal = new BufferGeometry().setFromPoints([
    new Vector3(),
    new Vector3(0, 0, -1),
    new Vector3(0, -END, -1),
    new Vector3(0, END, -1),
  ])
  const setTheme = ({ gravity, ink }: Theme) => {
    solid.color = new Color(gravity)
    thin.color = new Color(ink)
  }
  setTheme(theme)
  return {
    createArrow: () => new Group().add(new Mesh(head, solid), new Mesh(shaft, solid)),
    createNominal: () => new LineSegments(nominal, thin),
    setTheme,
  }
}

/** Which way gravity pulls and how strongly, beside a thin line that is the nominal one. */
export class GravityArrow {
  readonly group = new Group()
  private readonly arrow: Group
  private readonly lengthM: number

  /** @param lengthM - under nominal gravity */
  constructor(look: ArrowLook, lengthM: number) {
    this.lengthM = lengthM
    this.arrow = look.createArrow()
    this.arrow.visible = false
    const nominal = look.createNominal()
    nominal.scale.setScalar(lengthM)
    this.group.add(this.arrow, nominal)
  }

  /** @param gravity - base frame [m/s²] */
  show(gravity: Numbers): void {
    const pull = new Vector3(...gravity)
    const share = pull.length() / GRAVITY
    this.arrow.visible = share > 0
    if (share === 0) return
    this.arrow.scale.set(this.lengthM, this.lengthM, this.lengthM * share)
    this.arrow.quaternion.setFromUnitVectors(Z, pull.normalize())
  }
}
