import { CodedError } from '../../configs/load/coded-error.ts'
import type { Demonstration } from '../../policy/learning/demonstrations.ts'
import { episodeSpans } from './episode-spans.ts'
import { type ReadMessage, readRecording } from './read-recording.node.ts'

/** Topics that a demonstration is made of. */
const TOPICS = [
  '/policy/observation',
  '/policy/action',
  '/policy/acting',
  '/goal/pose',
  '/episode',
] as const

/** What recorded observations and actions must be made of. */
export interface DemonstrationWidths {
  readonly observation: number
  readonly action: number
}

/**
 * The episodes of recordings (`demo --record`, `deploy --record`) that ended well, each from its beginning. Of one in
 * which a leader took over, only what the leader did counts: the rest is what had to be helped.
 *
 * Throws BRIDGE_RECORDING_INVALID for a file without any, POLICY_MISMATCH for one of another task or arm.
 */
export function readDemonstrations(
  files: readonly string[],
  widths: DemonstrationWidths,
): Demonstration[] {
  return files.flatMap((file) => {
    const { messages } = readRecording(file, TOPICS)
    const episodes = splitEpisodes(messages)
    for (const { observation, action } of episodes) {
      checkWidths(file, { observation: observation[0]!.length, action: action[0]!.length }, widths)
    }
    if (episodes.length > 0) return episodes.map(joinRows)
    throw new CodedError('BRIDGE_RECORDING_INVALID', `${file} holds no episode that succeeded`, {
      hint: 'record whole episodes with demo --record or deploy --record',
    })
  })
}

interface Rows {
  readonly observation: Float32Array[]
  readonly action: Float32Array[]
  /** Steps in which a leader acted. */
  readonly led: Set<number>
}

/** Of the episodes that succeeded. */
export function splitEpisodes(messages: readonly ReadMessage[]): Rows[] {
  return episodeSpans(messages)
    .filter(({ isSuccess }) => isSuccess === true)
    .map(({ first, end }) => rowsOf(messages.slice(first, end)))
    .filter(({ action }) => action.length > 0)
}

/** Observations and actions go in pairs. */
function rowsOf(messages: readonly ReadMessage[]): Rows {
  const rows: Rows = { observation: [], action: [], led: new Set() }
  for (const { topic, message } of messages) {
    if (topic === '/policy/observation') rows.observation.push(numbersOf(message))
    if (topic === '/policy/action' && rows.action.length < rows.observation.length) {
      rows.action.push(numbersOf(message))
    }
    if (topic === '/policy/acting' && textOf(message) === 'leader') {
      rows.led.add(rows.action.length - 1)
    }
  }
  return rows
}

function textOf(message: unknown): string {
  return (message as { data: string }).data
}

function numbersOf(message: unknown): Float32Array {
  return Float32Array.from((message as { data: ArrayLike<number> }).data)
}

function joinRows({ observation, action, led }: Rows): Demonstration {
  const join = (rows: readonly Float32Array[]) => {
    const width = rows[0]!.length
    const out = new Float32Array(action.length * width)
    for (let t = 0; t < action.length; t++) out.set(rows[t]!, t * width)
    return out
  }
  const steps = { observation: join(observation), action: join(action) }
  if (led.size === 0) return steps
  return { ...steps, weight: Float32Array.from(action, (_, t) => (led.has(t) ? 1 : 0)) }
}

function checkWidths(
  file: string,
  found: DemonstrationWidths,
  expected: DemonstrationWidths,
): void {
  for (const name of ['observation', 'action'] as const) {
    if (found[name] === expected[name]) continue
    throw new CodedError(
      'POLICY_MISMATCH',
      `${file} holds ${found[name]} numbers per ${name}, the task has ${expected[name]}`,
      { hint: 'demonstrations must be of the same task and arm' },
    )
  }
}
