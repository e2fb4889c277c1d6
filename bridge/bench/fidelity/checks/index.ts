import { checkNames } from '../../check-names.ts'
import type { Finding } from '../row.ts'
import type { FidelitySetup } from '../setup.ts'
import { jammedBlock, pressedTable, pushedPuck } from './bent-arm.ts'
import {
  freeFall,
  slipAngle,
  spinningSlide,
  stackPenetration,
  stoppingDistance,
} from './free-objects.ts'
import { gripThreshold, heldCubes } from './grips.ts'
import {
  coarseStepResponse,
  freeArms,
  freePendulum,
  loadedSag,
  stepResponse,
} from './joint-dynamics.ts'
import { coarsePushes, nativePushes, pushes } from './pushes.ts'
import { strikes } from './strikes.ts'
import { knockedStacks } from './toppling.ts'

export interface FidelityCheck {
  readonly section: string
  readonly name: string
  readonly find: (setup: FidelitySetup) => Promise<Finding[]>
}

/** In the order of the table. */
export const CHECKS: readonly FidelityCheck[] = [
  { section: 'objects', name: 'slip-angle', find: slipAngle },
  { section: 'objects', name: 'stopping', find: stoppingDistance },
  { section: 'objects', name: 'spin', find: spinningSlide },
  { section: 'objects', name: 'fall', find: freeFall },
  { section: 'objects', name: 'stack', find: stackPenetration },
  { section: 'joints', name: 'pendulum', find: freePendulum },
  { section: 'joints', name: 'free-arm', find: freeArms },
  { section: 'joints', name: 'step', find: stepResponse },
  { section: 'joints', name: 'sag', find: loadedSag },
  { section: 'contact', name: 'pushed-puck', find: pushedPuck },
  { section: 'contact', name: 'jammed-block', find: jammedBlock },
  { section: 'contact', name: 'pressed-table', find: pressedTable },
  { section: 'grips', name: 'held-cubes', find: heldCubes },
  { section: 'grips', name: 'grip-threshold', find: gripThreshold },
  { section: 'pushes', name: 'push', find: pushes },
  { section: 'pushes', name: 'strike', find: strikes },
  { section: 'stacks', name: 'knocked-stack', find: knockedStacks },
  { section: 'coarse', name: 'coarse-step', find: coarseStepResponse },
  { section: 'coarse', name: 'coarse-push', find: coarsePushes },
]

/** With `--peer mujoco`: against the version of MuJoCo that a Python has. */
export const PEER_CHECKS: readonly FidelityCheck[] = [
  { section: 'peer', name: 'native-push', find: nativePushes },
]

/** The checks of these names or sections, all where none is named. Throws BRIDGE_USAGE on an unknown one. */
export function checksNamed(
  names: readonly string[],
  checks: readonly FidelityCheck[] = CHECKS,
): readonly FidelityCheck[] {
  const known = new Set(checks.flatMap(({ section, name }) => [section, name]))
  checkNames('a check or a section', names, [...known])
  if (names.length === 0) return checks
  return checks.filter(({ section, name }) => names.includes(section) || names.includes(name))
}
