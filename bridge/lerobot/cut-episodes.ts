import { yawOf } from '../../robot/model/pose.ts'
import { episodeSpans } from '../recording/episode-spans.ts'
import type { ReadMessage } from '../recording/read-recording.node.ts'
import { type Episode, GOAL_AT, SURROUNDINGS } from './episode.ts'

/** Topics that episodes are made of. */
export const EPISODE_TOPICS = [
  '/joint_states',
  '/joint_commands',
  '/object/pose',
  '/goal/pose',
  '/policy/action',
  '/episode',
] as const

interface Shape {
  readonly name: readonly string[]
  readonly position: Float64Array
  readonly pose: {
    readonly position: { readonly x: number; readonly y: number; readonly z: number }
    readonly orientation: Readonly<Record<'x' | 'y' | 'z' | 'w', number>>
  }
}

interface CutEpisode extends Episode {
  readonly state: Float64Array[]
  readonly action: Float64Array[]
  readonly surroundings: Float64Array[]
}

/**
 * Cuts a recording into its episodes, frames at `fps`; the ways to the start and the waiting between are left out. An
 * episode without a verdict, as an interruption leaves it, counts too.
 *
 * @param messages - gone through twice; none is kept
 * @param task - in words, for every episode
 */
export function cutEpisodes(
  messages: Iterable<ReadMessage>,
  fps: number,
  task: string,
): readonly Episode[] {
  const cutter = new Cutter(fps, task)
  const spans = episodeSpans(messages)
  const rest = messages[Symbol.iterator]()
  for (const { beganS, first, end, isSuccess } of spans) {
    cutter.pass(rest, first)
    cutter.expect(beganS)
    cutter.pass(rest, end)
    cutter.end(isSuccess)
  }
  rest.return?.()
  return cutter.episodes
}

class Cutter {
  readonly episodes: Episode[] = []
  private readonly periodS: number
  private readonly task: string
  /** How many messages it has taken. */
  private taken = 0
  private joints: readonly string[] = []
  private state: Float64Array | undefined
  private command: Float64Array | undefined
  private readonly surroundings = new Float64Array(SURROUNDINGS.length).fill(Number.NaN)
  private episode: CutEpisode | undefined
  private beganS = 0
  /** When an episode begins, until all that was known then has come. */
  private dueS: number | undefined

  constructor(fps: number, task: string) {
    this.periodS = 1 / fps
    this.task = task
  }

  /** Takes the messages before `index` that it has not. */
  pass(rest: Iterator<ReadMessage>, index: number): void {
    for (; this.taken < index; this.taken++) {
      const next = rest.next()
      if (next.done === true) return
      this.take(next.value)
    }
  }

  /** The next message is the first of an episode. */
  expect(epochS: number): void {
    this.dueS = epochS
  }

  private take({ topic, epochS, message }: ReadMessage): void {
    const shape = message as Shape
    if (this.dueS !== undefined && epochS > this.dueS) this.begin(this.dueS)
    if (topic === '/joint_states') {
      if (this.joints.length === 0) this.joints = shape.name
      this.state = shape.position.slice()
    }
    if (topic === '/object/pose') this.see(shape, 0)
    if (topic === '/goal/pose') this.see(shape, GOAL_AT)
    if (topic === '/joint_commands') {
      // Until now the last command held: what came before this one's time is complete.
      this.advance(epochS)
      this.command = shape.position.slice()
    }
  }

  end(isSuccess: boolean | null): void {
    const { episode } = this
    this.episode = undefined
    this.dueS = undefined
    if (episode === undefined) return
    // The last frame has no command after it.
    episode.state.length = episode.action.length
    episode.surroundings.length = episode.action.length
    if (episode.action.length > 0) this.episodes.push({ ...episode, isSuccess })
  }

  private begin(epochS: number): void {
    if (this.state === undefined) return
    this.dueS = undefined
    const { joints, task } = this
    this.episode = { task, joints, state: [], action: [], surroundings: [], isSuccess: null }
    this.beganS = epochS
    this.open()
  }

  /** Closes each frame whose time is over with what the arm was told last, and opens the next. */
  private advance(epochS: number): void {
    const { episode } = this
    if (episode === undefined) return
    while (this.beganS + episode.state.length * this.periodS <= epochS) {
      episode.action.push((this.command ?? this.state!).slice())
      this.open()
    }
  }

  private open(): void {
    this.episode!.state.push(this.state!.slice())
    this.episode!.surroundings.push(this.surroundings.slice())
  }

  private see({ pose }: Shape, offset: number): void {
    const { x, y, z } = pose.position
    this.surroundings.set([x, y, z], offset)
    if (offset > 0) return
    const { orientation: q } = pose
    this.surroundings[GOAL_AT - 1] = yawOf([q.x, q.y, q.z, q.w])
  }
}
