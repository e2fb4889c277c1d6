import type { ArmModel } from '../model/arm.ts'
import type { Control, Sight } from './control.schema.ts'

export interface ObservationTerm {
  readonly name: string
  readonly size: number
  readonly unit: 'rad' | 'm' | 's' | '1'
  readonly frame: 'joint' | 'base' | 'object' | 'none'
}

/** Everything two programs must agree on to exchange observations and actions. */
export interface ControlSpec {
  readonly version: 1
  readonly arm: string
  readonly joints: readonly string[]
  readonly observation: readonly ObservationTerm[]
  readonly actionNames: readonly string[]
  readonly control: Control
}

/** One object and its goal, both by x and y. */
const PLACE: Sight = { height: false, yawSymmetry: 0 }
const ONE_OBJECT: NonNullable<Control['sees']> = {
  objects: [{ name: 'object', ...PLACE }],
  goal: PLACE,
}

/** What a policy with this control is told of objects and goal. */
export function sightOf(control: Control): NonNullable<Control['sees']> {
  return control.sees ?? ONE_OBJECT
}

/** Numbers of a goal: place, then yaw where it has one. */
export function goalSize(control: Control): number {
  const { height, yawSymmetry } = sightOf(control).goal
  return (height ? 3 : 2) + (yawSymmetry > 0 ? 1 : 0)
}

/** The observation of a tool-space policy: only what a real arm has, in this order. */
export function createControlSpec(model: ArmModel, control: Control): ControlSpec {
  const n = model.numJoints
  const { action } = control
  const actionNames = ['toolStepX', 'toolStepY', 'toolHeight']
  if (action.turn) actionNames.push('toolTurn')
  if (action.gripper) actionNames.push('gripper')
  const observation: ObservationTerm[] = [
    { name: 'jointPosition', size: n, unit: 'rad', frame: 'joint' },
    { name: 'setpointError', size: n, unit: 'rad', frame: 'joint' },
    { name: 'toolPosition', size: 3, unit: 'm', frame: 'base' },
    { name: 'commandedTool', size: 3, unit: 'm', frame: 'base' },
    ...seen(sightOf(control)),
    { name: 'previousAction', size: actionNames.length, unit: '1', frame: 'none' },
  ]
  const numTrim = action.trim.joints.length
  if (numTrim > 0) {
    observation.push({ name: 'setpointTrim', size: numTrim, unit: 'rad', frame: 'joint' })
  }
  return {
    version: 1,
    arm: model.name,
    joints: model.jointNames,
    observation,
    actionNames,
    control,
  }
}

/**
 * Terms of objects and goal: each object itself, the goal, then what lies between them. Objects are told
 * relative to the tool, the first one relative to the goal; all but the first carry their name. Yaws are
 * cosine and sine of yaw times symmetry; `objectSide` is cosine and sine of the direction of that side's normal.
 */
function seen({ objects, goal, fromObject }: NonNullable<Control['sees']>): ObservationTerm[] {
  const place = (name: string, { height }: Sight): ObservationTerm => ({
    name,
    size: height ? 3 : 2,
    unit: 'm',
    frame: 'base',
  })
  const yaw = (name: string, { yawSymmetry }: Sight): ObservationTerm[] =>
    yawSymmetry > 0 ? [{ name, size: 2, unit: '1', frame: 'base' }] : []
  const suffix = (index: number) => objectSuffix(objects, index)
  const [first] = objects
  return [
    ...objects.flatMap((object, i): ObservationTerm[] => [
      place(`objectPosition${suffix(i)}`, object),
      ...yaw(`objectYaw${suffix(i)}`, object),
      { name: `objectAge${suffix(i)}`, size: 1, unit: 's', frame: 'none' },
      { name: `objectIsFresh${suffix(i)}`, size: 1, unit: '1', frame: 'none' },
    ]),
    place('goalPosition', goal),
    ...yaw('goalYaw', goal),
    ...objects.flatMap((object, i) => [
      place(`toolToObject${suffix(i)}`, object),
      ...yaw(`objectYawFromTool${suffix(i)}`, object),
    ]),
    place(first ? 'objectToGoal' : 'toolToGoal', goal),
    ...(first ? yaw('objectYawToGoal', goal) : []),
    ...(fromObject ? FROM_OBJECT : []),
  ]
}

/** The object's frame, turned so that its x axis is the inward normal of the side that the tool is on. */
const FROM_OBJECT: readonly ObservationTerm[] = [
  { name: 'objectSide', size: 2, unit: '1', frame: 'base' },
  { name: 'toolFromObject', size: 2, unit: 'm', frame: 'object' },
  { name: 'commandedFromObject', size: 2, unit: 'm', frame: 'object' },
  { name: 'goalFromObject', size: 2, unit: 'm', frame: 'object' },
]

/** What names of terms end in that tell of an object: nothing for the first one, `-name` for others. */
export function objectSuffix(objects: readonly { readonly name: string }[], index: number): string {
  return index === 0 ? '' : `-${objects[index]!.name}`
}

export function observationSize(spec: ControlSpec): number {
  return spec.observation.reduce((sum, term) => sum + term.size, 0)
}

/** First element of a term within the observation vector. Throws on a name the spec does not have. */
export function observationOffset(spec: ControlSpec, name: string): number {
  let offset = 0
  for (const term of spec.observation) {
    if (term.name === name) return offset
    offset += term.size
  }
  throw new RangeError(`observation has no term ${name}`)
}

/** 64-bit FNV-1a of the spec's canonical JSON, as 16 hex digits: equal specs, equal hash. */
export function specHash(spec: ControlSpec): string {
  const text = canonicalJson(spec)
  let hash = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++) {
    hash ^= BigInt(text.charCodeAt(i))
    hash = BigInt.asUintN(64, hash * 0x100000001b3n)
  }
  return hash.toString(16).padStart(16, '0')
}

/** Where two plain records first differ, in words, or null: what a refusal tells the user. */
export function firstDifference(expected: object, found: object): string | null {
  return differenceAt('', expected, found)
}

function differenceAt(path: string, a: unknown, b: unknown): string | null {
  if (Object.is(a, b)) return null
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return `${path || 'it'}: expected ${JSON.stringify(a)}, found ${JSON.stringify(b)}`
  }
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  for (const key of keys) {
    const inner = differenceAt(
      path === '' ? key : `${path}.${key}`,
      (a as Record<string, unknown>)[key],
      (b as Record<string, unknown>)[key],
    )
    if (inner !== null) return inner
  }
  return null
}

/** JSON with sorted keys and no spaces. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`
  }
  return JSON.stringify(value)
}
