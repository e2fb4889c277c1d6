import type { ReadMessage } from './read-recording.node.ts'

/** Where an episode lies among the messages of a recording. */
export interface EpisodeSpan {
  /** Index of its first message. */
  readonly first: number
  /** When that came, since 1970 [s]. */
  readonly beganS: number
  /** Index of the first message that is no more of it. */
  readonly end: number
  /** Null where nobody judged it. */
  readonly isSuccess: boolean | null
}

/** What `/episode` says of an episode that is over. */
interface Verdict {
  readonly durationS?: number
  readonly isSuccess?: boolean
}

/** Stamps are whole nanoseconds [s]. */
const ROUNDING_S = 1e-6

/** When messages came, and verdicts in the place of messages: all that episodes are told by. */
interface Outline {
  readonly topics: string[]
  readonly epochS: number[]
  readonly verdicts: Map<number, Verdict>
}

/**
 * The episodes of a recording, in order. A verdict is about the steps of the seconds before it that it tells, or about
 * all since the last one. What no verdict is about is an episode from its goal to the next or to the end, at the start
 * also without a goal; behind a verdict, until a goal is named, it is waiting. Steps are the policy's or, where there is
 * none, commands.
 *
 * @param messages - steps, `/goal/pose`, `/episode` and any others, in the order of the file; none is kept
 */
export function episodeSpans(messages: Iterable<ReadMessage>): readonly EpisodeSpan[] {
  const outline = outlineOf(messages)
  const finder = new SpanFinder(outline)
  for (const index of outline.topics.keys()) finder.take(index)
  finder.end(outline.topics.length)
  return finder.spans
}

function outlineOf(messages: Iterable<ReadMessage>): Outline {
  const outline: Outline = { topics: [], epochS: [], verdicts: new Map() }
  for (const { topic, epochS, message } of messages) {
    if (topic === '/episode') {
      const { data } = message as { data: string }
      outline.verdicts.set(outline.topics.length, JSON.parse(data) as Verdict)
    }
    outline.topics.push(topic)
    outline.epochS.push(epochS)
  }
  return outline
}

class SpanFinder {
  readonly spans: EpisodeSpan[] = []
  private readonly outline: Outline
  private readonly isStep: (topic: string) => boolean
  /** Where the episode under way began. */
  private first: number | undefined
  /** Where the latest step begins; its messages have one stamp. */
  private step = -1

  constructor(outline: Outline) {
    this.outline = outline
    const hasPolicy = outline.topics.some((topic) => topic.startsWith('/policy/'))
    this.isStep = (topic) =>
      hasPolicy ? topic.startsWith('/policy/') : topic === '/joint_commands'
  }

  take(index: number): void {
    const topic = this.outline.topics[index]!
    if (this.isStep(topic)) {
      if (!this.isOfStep(index)) this.step = index
      if (this.spans.length === 0) this.first ??= index
    }
    if (topic === '/goal/pose') {
      // A goal is recorded behind the first step towards it.
      const next = this.isOfStep(index) ? this.step : index
      this.end(next)
      this.first = next
    }
    const verdict = this.outline.verdicts.get(index)
    if (verdict !== undefined) this.judge(index, verdict)
  }

  /** An episode under way ends without a verdict. */
  end(index: number): void {
    const { first } = this
    if (first !== undefined && first < index) {
      this.push({ first, end: index, isSuccess: null })
    }
    this.first = undefined
  }

  private judge(end: number, { durationS = Infinity, isSuccess }: Verdict): void {
    const beganS = this.outline.epochS[end]! - durationS - ROUNDING_S
    let first = this.spans.at(-1)?.end ?? 0
    while (first < end && !this.isStepFrom(first, beganS)) first++
    this.push({ first, end, isSuccess: isSuccess === true })
    this.first = undefined
  }

  private push(span: Omit<EpisodeSpan, 'beganS'>): void {
    this.spans.push({ ...span, beganS: this.outline.epochS[span.first]! })
  }

  private isStepFrom(index: number, epochS: number): boolean {
    return this.isStep(this.outline.topics[index]!) && this.outline.epochS[index]! >= epochS
  }

  private isOfStep(index: number): boolean {
    return this.outline.epochS[this.step] === this.outline.epochS[index]
  }
}
