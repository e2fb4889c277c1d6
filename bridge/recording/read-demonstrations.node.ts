import { CodedError } from '../../configs/load/coded-error.ts'
import type { Demonstration } from '../../policy/learning/demonstrations.ts'
import type { Control } from '../../robot/io/control.schema.ts'
import { firstDifference } from '../../robot/io/spec.ts'
import type { RunScene } from '../viewer/frames.ts'
import { episodeSpans } from './episode-spans.ts'
import { openRecording, type ReadMessage, type Recording } from './read-recording.node.ts'

/** Topics that a demonstration is made of. */
const TOPICS = [
  '/policy/observation',
  '/policy/action',
  '/policy/acting',
  '/goal/pose',
  '/episode',
] as const

/** Who learns: what recorded observations and actions must be of. */
export interface Learner extends Widths {
  readonly arm: string
  readonly task: string
  readonly control: Control
}

/** Numbers in a row. */
interface Widths {
  readonly observation: number
  readonly action: number
}

/**
 * The episodes of recordings (`demo --record`, `deploy --record`) that ended well, each from its beginning. Of one in
 * which a leader took over, only what the leader did counts: the rest is what had to be helped.
 *
 * Throws BRIDGE_RECORDING_INVALID for a file without any, POLICY_MISMATCH for one of another task or arm.
 */
export function readDemonstrations(files: readonly string[], learner: Learner): Demonstration[] {
  return files.flatMap((file) => {
    const { messages, metadata } = openRecording(file, TOPICS)
    checkRun(file, metadata, learner)
    const episodes = splitEpisodes(messages)
    for (const { observation, action } of episodes) {
      checkWidths(file, { observation: observation[0]!.length, action: action[0]!.length }, learner)
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

/** Of the episodes that succeeded. @param messages - gone through twice; none is kept */
export function splitEpisodes(messages: Iterable<ReadMessage>): Rows[] {
  const spans = episodeSpans(messages).filter(({ isSuccess }) => isSuccess === true)
  const episodes = spans.map((): Rows => ({ observation: [], action: [], led: new Set() }))
  let [index, k] = [0, 0]
  for (const message of messages) {
    while (index >= (spans[k]?.end ?? Number.POSITIVE_INFINITY)) k++
    if (k === spans.length) break
    if (index >= spans[k]!.first) addRow(episodes[k]!, message)
    index++
  }
  return episodes.filter(({ action }) => action.length > 0)
}

/** Observations and actions go in pairs. */
function addRow(rows: Rows, { topic, message }: ReadMessage): void {
  if (topic === '/policy/observation') rows.observation.push(numbersOf(message))
  if (topic === '/policy/action' && rows.action.length < rows.observation.length) {
    rows.action.push(numbersOf(message))
  }
  if (topic === '/policy/acting' && textOf(message) === 'leader') {
    rows.led.add(rows.action.length - 1)
  }
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

/** As many numbers do not make the same policy: arms share joints, and one number means what its control says. */
function checkRun(file: string, metadata: Recording['metadata'], learner: Learner): void {
  const { control, scene, task } = metadata
  const arm = scene === undefined ? undefined : (JSON.parse(scene) as RunScene).arm.name
  for (const [what, found, expected] of [
    ['arm', arm, learner.arm],
    ['task', task, learner.task],
  ]) {
    if (found === undefined || found === expected) continue
    throw mismatch(`${file} is of the ${what} ${found}, not of ${expected}`)
  }
  if (control === undefined) return
  const difference = firstDifference(learner.control, JSON.parse(control) as Control)
  if (difference !== null) throw mismatch(`${file} is of another control: ${difference}`)
}

function checkWidths(file: string, found: Widths, expected: Widths): void {
  for (const name of ['observation', 'action'] as const) {
    if (found[name] === expected[name]) continue
    const rows = `${file} holds ${found[name]} numbers per ${name}`
    throw mismatch(`${rows}, the task has ${expected[name]}`)
  }
}

const mismatch = (message: string): CodedError =>
  new CodedError('POLICY_MISMATCH', message, {
    hint: 'demonstrations must be of the same task and arm',
  })
