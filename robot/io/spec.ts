import type { ArmModel } from '../model/arm.ts'
import type { Control } from './control.schema.ts'

export interface ObservationTerm {
  readonly name: string
  readonly size: number
  readonly unit: 'rad' | 'm' | 's' | '1'
  readonly frame: 'joint' | 'base' | 'none'
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

/** The observation of a tool-space policy: only what a real arm has, in this order. */
export function createControlSpec(model: ArmModel, control: Control): ControlSpec {
  const n = model.numJoints
  const observation: ObservationTerm[] = [
    { name: 'jointPosition', size: n, unit: 'rad', frame: 'joint' },
    { name: 'setpointError', size: n, unit: 'rad', frame: 'joint' },
    { name: 'toolPosition', size: 3, unit: 'm', frame: 'base' },
    { name: 'commandedTool', size: 3, unit: 'm', frame: 'base' },
    { name: 'objectPosition', size: 2, unit: 'm', frame: 'base' },
    { name: 'objectAge', size: 1, unit: 's', frame: 'none' },
    { name: 'objectIsFresh', size: 1, unit: '1', frame: 'none' },
    { name: 'goalPosition', size: 2, unit: 'm', frame: 'base' },
    { name: 'toolToObject', size: 2, unit: 'm', frame: 'base' },
    { name: 'objectToGoal', size: 2, unit: 'm', frame: 'base' },
    { name: 'previousAction', size: 3, unit: '1', frame: 'none' },
  ]
  const numTrim = control.action.trim.joints.length
  if (numTrim > 0) {
    observation.push({ name: 'setpointTrim', size: numTrim, unit: 'rad', frame: 'joint' })
  }
  return {
    version: 1,
    arm: model.name,
    joints: model.jointNames,
    observation,
    actionNames: ['toolStepX', 'toolStepY', 'toolHeight'],
    control,
  }
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
