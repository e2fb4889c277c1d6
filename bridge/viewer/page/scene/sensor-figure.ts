import {
  BufferAttribute,
  BufferGeometry,
  Color,
  Group,
  LineBasicMaterial,
  LineSegments,
} from 'three'
import type { SensorFacts } from '../../frames.ts'
import type { Theme } from '../theme.ts'

/** Length of a frame's axes, of the arm's reach. */
const AXIS_SHARE = 0.12
/** A printed sheet, A4 [m]. */
const [SHEET_X_M, SHEET_Y_M] = [0.297, 0.21]
const AXIS_COLORS = [0xd03a2c, 0x2f9e44, 0x2f6fd0] as const

/** Frames of the object's sensor in the arm's base, and the sheet that a camera knows its place by. */
export class SensorFigure {
  readonly group = new Group()
  private readonly axisM: number
  private readonly axes = AXIS_COLORS.map((color) => new LineBasicMaterial({ color }))
  private readonly edge = new LineBasicMaterial()

  constructor(reachM: number, theme: Theme) {
    this.axisM = AXIS_SHARE * reachM
    this.setTheme(theme)
  }

  setSensor({ places }: SensorFacts): void {
    this.group.clear()
    for (const { name, position, quaternion } of places) {
      const frame = new Group()
      frame.position.fromArray(position)
      frame.quaternion.fromArray(quaternion)
      for (const [k, material] of this.axes.entries()) {
        const end = [0, 0, 0]
        end[k] = this.axisM
        frame.add(lines([0, 0, 0, ...end], material))
      }
      if (name === 'sheet') frame.add(lines(SHEET, this.edge))
      this.group.add(frame)
    }
  }

  setTheme({ muted }: Theme): void {
    this.edge.color = new Color(muted)
  }
}

const [X, Y, LIFT] = [SHEET_X_M / 2, SHEET_Y_M / 2, 0.001]
const CORNERS = [
  [X, Y, LIFT],
  [-X, Y, LIFT],
  [-X, -Y, LIFT],
  [X, -Y, LIFT],
]
const SHEET = CORNERS.flatMap((corner, k) => [...corner, ...CORNERS[(k + 1) % CORNERS.length]!])

function lines(points: readonly number[], material: LineBasicMaterial): LineSegments {
  const position = new BufferAttribute(Float32Array.from(points), 3)
  return new LineSegments(new BufferGeometry().setAttribute('position', position), material)
}
