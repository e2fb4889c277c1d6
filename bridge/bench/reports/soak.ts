import { RealClock } from '../../../robot/model/real-clock.node.ts'
import type { CommandContext, CommandOutcome } from '../../cli/command.ts'
import { soak } from '../soak.node.ts'
import { growthOfProcesses } from '../soak-figures.ts'
import { formatTable } from '../table.ts'

const MINUTES = 30
const INTERRUPTED = 130
const SEED = 1
/** More is a leak: an hour's run would not be a day's. */
const MOST_GROWTH = 0.15
/** Without a word for longer something was lost [s]. */
const MOST_SILENCE_S = 2

/** Whether a long deployment keeps its size and loses nothing. */
export async function reportSoak(context: CommandContext): Promise<CommandOutcome> {
  const { options, out, seed = SEED, signal } = context
  const minutes = (options['minutes'] as number | undefined) ?? MINUTES
  const [reality = 'workshop'] = (options['reality'] as string[] | undefined) ?? []
  const { demo, processes, recording, seconds, viewers } = await soak({
    ...{ minutes, reality, seed, signal, clock: new RealClock() },
    onReading(timeS, readings) {
      for (const reading of readings) out.event({ type: 'memory', ...reading })
      out.progress({ done: timeS, total: 60 * minutes, unit: 's' })
    },
  })
  const memory = growthOfProcesses(processes)
  const percent = (share: number) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`)
  out.line(
    formatTable(
      ['process', 'MB at the end', 'growth over the second half', 'MB/h there'],
      memory.map(({ growth, process, rssBytes, slopeBytesPerS }) => [
        ...[process, (rssBytes / 1e6).toFixed(0), percent(growth)],
        Number.isNaN(slopeBytesPerS) ? '–' : ((3600 * slopeBytesPerS) / 1e6).toFixed(1),
      ]),
    ),
  )
  const micros = (seconds: number) => (1e6 * seconds).toFixed(0)
  out.line(
    formatTable(
      ['stage of a cycle', 'p50 µs', 'p99 µs', 'longest in cycles beyond their period'],
      recording.stages.map(({ overruns, p50S, p99S, stage }) => [
        ...[stage, micros(p50S), micros(p99S), overruns],
      ]),
    ),
  )
  const isFlat = memory.every(({ growth }) => !(growth > MOST_GROWTH))
  const isWhole =
    demo.recording.isComplete &&
    demo.recording.droppedMessages === 0 &&
    recording.longestGapS < MOST_SILENCE_S &&
    viewers.every(({ isLost, longestGapS }) => !isLost && longestGapS < MOST_SILENCE_S)
  const { jitterP99S, missed, rateHz } = demo.loop
  const missedShare = missed / recording.cycles
  const late = `${(1000 * jitterP99S).toFixed(2)} ms late at the 99th percentile`
  return {
    result: {
      ...{ minutes, seconds, reality, isFlat, isWhole, memory, recording, viewers },
      ...{ episodes: demo.episodes, loop: { ...demo.loop, missedShare } },
      dropped: demo.recording.droppedMessages,
    },
    summary:
      `${(seconds / 60).toFixed(1)} min, ${demo.episodes} episodes: the loop at ${rateHz} Hz was ${late}, ` +
      `${missed} deadlines missed (${(100 * missedShare).toFixed(3)} %); ` +
      `${recording.cycles} cycles recorded, longest gap ${recording.longestGapS.toFixed(3)} s; ` +
      `viewers got ${viewers.map(({ frames }) => frames).join(', ')} states`,
    exitCode: signal.aborted ? INTERRUPTED : isFlat && isWhole ? 0 : 1,
  }
}
