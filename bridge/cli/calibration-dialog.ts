import { createInterface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { CalibrationDialog, SweptJoint } from '../../robot/calibration/calibrate-arm.ts'
import type { CommandContext } from './command.ts'

/** Between two looks at the joints while they are swept [ms]. */
const LOOK_MS = 20

/** Asks on the terminal, or whatever `input` is; Enter is yes. */
export function createDialog(
  out: Pick<CommandContext['out'], 'line'>,
  signal: AbortSignal,
  input: NodeJS.ReadableStream = process.stdin,
): CalibrationDialog & { close(): void } {
  const lines = createInterface({ input })
  const ended = new Promise<never>((_, reject) => {
    lines.once('close', () =>
      reject(
        new CodedError('BRIDGE_USAGE', 'the input ended before the calibration did', {
          hint: 'run it on a terminal and answer with Enter',
        }),
      ),
    )
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  ended.catch(() => {})
  // From a pipe answers may come before their questions; a key that was pressed before on a terminal is none.
  const isTerminal = 'isTTY' in input && input.isTTY === true
  let numAnswers = 0
  let onAnswer = () => {}
  lines.on('line', () => {
    numAnswers++
    onAnswer()
  })
  const ask = (request: string) => {
    if (isTerminal) numAnswers = 0
    out.line(`${request}, then press Enter.`)
    return answer()
  }
  const answer = async () => {
    while (numAnswers === 0) {
      const next = new Promise<void>((resolve) => {
        onAnswer = resolve
      })
      await Promise.race([next, ended])
    }
    numAnswers--
  }
  return {
    confirm: ask,
    async watch(request, look) {
      let isDone = false
      const done = ask(request).finally(() => {
        isDone = true
      })
      // While it looks, nobody waits for the answer yet.
      done.catch(() => {})
      let joints: readonly SweptJoint[] = []
      while (!isDone) {
        joints = await look()
        await sleep(LOOK_MS)
      }
      await done
      for (const { name, minTicks, maxTicks } of joints) {
        out.line(`${name.padEnd(14)} ${minTicks} to ${maxTicks}`)
      }
    },
    close: () => lines.close(),
  }
}
