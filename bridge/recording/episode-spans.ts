import type { ReadMessage } from './read-recording.node.ts'

/** Where an episode lies among the messages of a recording. */
export interface EpisodeSpan {
  /** Index of its first message. */
  readonly first: number
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

/**
 * The episodes of a recording, in order. A verdict is about the steps of the seconds before it that it tells, or about
 * all since the last one. What no verdict is about is an episode from its goal to the next or to the end, at the start
 * also without a goal; behind a verdict, until a goal is named, it is waiting. Steps are the policy's or, where there is
 * none, commands.
 *
 * @param messages - steps, `/goal/pose`, `/episode` and any others, in the order of the file
 */
export function episodeSpans(messages: readonly ReadMessage[]): readonly EpisodeSpan[] {
  const finder = new SpanFinder(messages)
  for (const index of messages.keys()) finder.take(index)
  finder.end(messages.length)
  return finder.spans
}

class SpanFinder {
  readonly spans: EpisodeSpan[] = []
  private readonly messages: readonly ReadMessage[]
  private readonly isStep: (topic: string) => boolean
  /** Where the episode under way began. */
  private first: number | undefined
  /** Where the latest step begins; its messages have one stamp. */
  private step = -1

  constructor(messages: readonly ReadMessage[]) {
    this.messages = messages
    const hasPolicy = messages.some(({ topic }) => topic.startsWith('/policy/'))
    this.isStep = (topic) =>
      hasPolicy ? topic.startsWith('/policy/') : topic === '/joint_commands'
  }

  take(index: number): void {
    const { topic, message } = this.messages[index]!
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
    if (topic === '/episode') {
      this.judge(index, JSON.parse((message as { data: string }).data) as Verdict)
    }
  }

  /** An episode under way ends without a verdict. */
  end(index: number): void {
    const { first } = this
    if (first !== undefined && first < index) {
      this.spans.push({ first, end: index, isSuccess: null })
    }
    this.first = undefined
  }

  private judge(end: number, { durationS = Infinity, isSuccess }: Verdict): void {
    const beganS = this.messages[end]!.epochS - durationS - ROUNDING_S
    let first = this.spans.at(-1)?.end ?? 0
    while (first < end && !this.isStepFrom(first, beganS)) first++
    this.spans.push({ first, end, isSuccess: isSuccess === true })
    this.first = undefined
  }

  private isStepFrom(index: number, epochS: number): boolean {
    const message = this.messages[index]!
    return this.isStep(message.topic) && message.epochS >= epochS
  }

  private isOfStep(index: number): boolean {
    return this.messages[this.step]?.epochS === this.messages[index]!.epochS
  }
}
