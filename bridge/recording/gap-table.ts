import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import type { RealityGap } from './reality-gap.ts'

/** A text holds no more: that of a whole day would be longer than one may be. */
const PIECE_ROWS = 1000

/** A reality gap as CSV, piece by piece: command, measurement and simulation of each cycle. */
export function* gapTable(
  { command, jointNames, measured, timeS }: ArmTrack,
  { joints, simulated }: RealityGap,
): Generator<string> {
  const names = joints.map(({ joint }) => joint)
  const heads = ['command', 'measured', 'simulated'].flatMap((kind) =>
    names.map((name) => `${kind}.${name}`),
  )
  yield `${['timeS', ...heads].join(',')}\n`
  const places = names.map((name) => jointNames.indexOf(name))
  let piece = ''
  for (let k = 0; k < timeS.length; k++) {
    const told = places.map((place) => command[k]![place]!)
    const done = places.map((place) => measured[k]![place]!)
    const row = [timeS[k]!, ...told, ...done, ...simulated[k]!]
    piece += `${row.map((x) => x.toFixed(6)).join(',')}\n`
    if ((k + 1) % PIECE_ROWS > 0 && k + 1 < timeS.length) continue
    yield piece
    piece = ''
  }
}
