import { observationOffset } from '../../robot/io/spec.ts'
import type { CreateSolver } from './solver.ts'
import { writeToolMove } from './tool-command.ts'

const GRAVITY = 9.81
/** Run-up behind the object [m]. */
const RUN_UP_M = 0.12
const ABOVE_TOLERANCE_M = 0.008
const HEIGHT_TOLERANCE_M = 0.004
/** The tool itself, which lags, must be this near to where the strike begins. */
const READY_M = 0.004
const CLEARANCE_MISS_M = 0.015
/** How far the commanded tip goes on from where it meets the object [m]. */
const THROW_M = 0.12
/** How late the tip is behind its command: the object leaves it that much before the end [s]. */
const LAG_S = 0.1
const ITERATIONS = 10
/** Share of the tool's distance from its line that is taken back per step. */
const LINE_GAIN = 1

type Phase = 'over' | 'down' | 'strike' | 'stopped'

/**
 * Strikes once, with the speed that nominal friction needs: v² = 2 µ g d. The tip gains speed behind the
 * object, pushes it some way and stops; the object slides on.
 */
export const createSlideScript: CreateSolver = ({ spec, onArm, model }) => {
  const { action, policyRateHz } = spec.control
  const at = {
    commanded: observationOffset(spec, 'commandedTool'),
    measured: observationOffset(spec, 'toolPosition'),
    object: observationOffset(spec, 'objectPosition'),
    goal: observationOffset(spec, 'goalPosition'),
  }
  const { pushHeightM = 0, clearHeightM = 0 } = onArm.parameters
  const puck = onArm.objects[0]!
  const reach = puck.halfSizeM[0] + model.tool.tipRadiusM
  let phase: Phase = 'over'
  let begun = { x: 0, y: 0, alongX: 0, alongY: 0, speed: 0 }
  return {
    reset() {
      phase = 'over'
    },
    act(observation, begin, out, outBegin) {
      const see = (offset: number, i: number) => observation[begin + offset + i]!
      const [x, y, height] = [0, 1, 2].map((i) => see(at.commanded, i)) as [number, number, number]
      const [ox, oy] = [see(at.object, 0), see(at.object, 1)]
      const [gx, gy] = [see(at.goal, 0) - ox, see(at.goal, 1) - oy]
      const distance = Math.hypot(gx, gy) + 1e-9
      const [alongX, alongY] = [gx / distance, gy / distance]
      const behindX = ox - alongX * (reach + RUN_UP_M)
      const behindY = oy - alongY * (reach + RUN_UP_M)
      let [dx, dy, z] = [behindX - x, behindY - y, clearHeightM]
      const away = Math.hypot(dx, dy)
      if (phase === 'over') {
        if (height < clearHeightM - CLEARANCE_MISS_M) [dx, dy] = [0, 0]
        else if (away < ABOVE_TOLERANCE_M) phase = 'down'
      }
      if (phase === 'down') {
        z = pushHeightM
        const isLow = see(at.measured, 2) < pushHeightM + HEIGHT_TOLERANCE_M
        const missed = Math.hypot(see(at.measured, 0) - behindX, see(at.measured, 1) - behindY)
        if (isLow && missed < READY_M) {
          const speed = speedFor(distance - THROW_M, puck.frictionTable)
          begun = { x: ox, y: oy, alongX, alongY, speed }
          phase = 'strike'
        }
      }
      let mostM = action.stepM
      if (phase === 'strike') {
        z = pushHeightM
        const passed = (x - begun.x) * begun.alongX + (y - begun.y) * begun.alongY
        mostM = begun.speed / policyRateHz
        // Joints that lag by different angles leave the line: the command leans back by as much.
        const off =
          (see(at.measured, 1) - begun.y) * begun.alongX -
          (see(at.measured, 0) - begun.x) * begun.alongY
        const aside = (LINE_GAIN * off) / mostM
        ;[dx, dy] = [begun.alongX + aside * begun.alongY, begun.alongY - aside * begun.alongX]
        if (passed > THROW_M - reach) phase = 'stopped'
      }
      if (phase === 'stopped') {
        z = pushHeightM
        ;[dx, dy] = [0, 0]
      }
      writeToolMove(action, { dx, dy, z, mostM }, height, out, outBegin)
    },
  }
}

/**
 * Commanded speed after which an object slides `farM` beyond the commanded end [m/s]. It leaves `LAG_S` before
 * that, with v² = 2 µ g (far + lag v); the tip, a first-order lag behind its command, has come to
 * v = command (1 - exp(-T / lag)) in the time T of the strike.
 */
function speedFor(farM: number, friction: number): number {
  const braking = friction * GRAVITY
  const late = braking * LAG_S
  const speed = late + Math.sqrt(late * late + 2 * braking * Math.max(0, farM))
  let command = speed
  for (let i = 0; i < ITERATIONS; i++) {
    const strikeS = (RUN_UP_M + THROW_M) / command
    command = speed / (1 - Math.exp(-strikeS / LAG_S))
  }
  return command
}
