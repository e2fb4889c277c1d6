import type { ToolAction } from '../../robot/io/control.schema.ts'
import { leanAt } from '../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import { createToolIk } from '../../robot/model/tool-ik.ts'
import { noPlace } from './no-place.ts'
import type { TaskOnArm } from './task.schema.ts'

const CELL_M = 0.01
/** 10 m by 10 m. */
const MOST_CELLS = 1e6
const START_ITERATIONS = 60
const TOLERANCE_M = 0.002
const RING_POINTS = 8
const MAX_TRIES = 10_000

export interface ReachableAreaOptions {
  readonly area: TaskOnArm['area']
  readonly action: ToolAction
  /** The tip must reach a ring of this radius round a place, at this height [m]. */
  readonly ringM: number
  readonly heightM: number
}

/** Where an object can be reached from every side: the task's rectangle, less what the tip cannot reach. */
export class ReachableArea {
  private readonly options: ReachableAreaOptions
  private readonly arm: string
  private readonly columns: number
  private readonly rows: number
  private readonly x0: number
  private readonly y0: number
  private readonly isReachable: Uint8Array

  constructor(model: ArmModel, options: ReachableAreaOptions) {
    this.options = options
    this.arm = model.name
    const { area, ringM } = options
    const margin = ringM + CELL_M
    this.x0 = area.xM[0] - margin
    this.y0 = area.yM[0] - margin
    this.columns = Math.ceil((area.xM[1] + margin - this.x0) / CELL_M) + 1
    this.rows = Math.ceil((area.yM[1] + margin - this.y0) / CELL_M) + 1
    if (this.columns * this.rows > MOST_CELLS) {
      throw noPlace(
        `an area of ${area.xM.join(' to ')} by ${area.yM.join(' to ')} m is beyond any arm`,
        'lengths are in metres',
      )
    }
    this.isReachable = reachableCells(model, options, this.x0, this.y0, this.columns, this.rows)
  }

  /** Whether the tip reaches the ring round a place. */
  contains(x: number, y: number): boolean {
    for (let i = 0; i < RING_POINTS; i++) {
      const angle = (2 * Math.PI * i) / RING_POINTS
      const column = Math.round((x + this.options.ringM * Math.cos(angle) - this.x0) / CELL_M)
      const row = Math.round((y + this.options.ringM * Math.sin(angle) - this.y0) / CELL_M)
      if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return false
      if (this.isReachable[row * this.columns + column] !== 1) return false
    }
    return true
  }

  /** A random place, at least `farFromM` away from (x, y), into `out` [2]. */
  sample(stream: RandomStream, x: number, y: number, farFromM: number, out: Float64Array): void {
    const { xM, yM } = this.options.area
    for (let i = 0; i < MAX_TRIES; i++) {
      const px = stream.between(xM[0], xM[1])
      const py = stream.between(yM[0], yM[1])
      if (Math.hypot(px - x, py - y) < farFromM || !this.contains(px, py)) continue
      out[0] = px
      out[1] = py
      return
    }
    throw noPlace(
      `${this.arm} has no place ${farFromM} m away from (${x}, ${y}) that it reaches round in the area`,
      'area, reachRingM and the distances among the parameters have to suit the arm; x is forward, in metres',
    )
  }
}

function reachableCells(
  model: ArmModel,
  { action, heightM }: ReachableAreaOptions,
  x0: number,
  y0: number,
  columns: number,
  rows: number,
): Uint8Array {
  const ik = createToolIk(model, { iterations: START_ITERATIONS })
  const q = new Float64Array(model.numJoints)
  const cells = new Uint8Array(columns * rows)
  const baseX = model.originPosition[0]!
  const baseY = model.originPosition[1]!
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = x0 + column * CELL_M
      const y = y0 + row * CELL_M
      const lean = leanAt(action, Math.hypot(x - baseX, y - baseY))
      q.set(model.restPose)
      const error = ik.solve({ x, y, z: heightM }, lean, q)
      cells[row * columns + column] = error < TOLERANCE_M ? 1 : 0
    }
  }
  return cells
}
