/**
 * Entry of the recorder process (see `startRecorder`). It writes what it is sent; when the control process ends,
 * in whatever way, it completes the file, so that a killed run leaves a recording that any reader opens.
 */
import { GrowingFile } from './growing-file.node.ts'
import { McapRecording } from './mcap-recording.ts'
import type { FromRecorder, ToRecorder } from './recorder-messages.ts'

/** What is written reaches the disk at least so often [ms]. */
const SYNC_EVERY_MS = 2000

let file: GrowingFile | undefined
let recording: McapRecording | undefined
let work = Promise.resolve()
let syncTimer: NodeJS.Timeout | undefined

// Ctrl-C is for the controller; the recorder ends after it.
for (const name of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(name, () => {})
process.on('message', (message: ToRecorder) => enqueue(() => handle(message)))
process.on('disconnect', () => enqueue(finish))

/** In order, one after the other; the first failure is the last thing said. */
function enqueue(step: () => Promise<void>): void {
  work = work.then(step).catch((error: unknown) => {
    say({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
    process.exit(1)
  })
}

async function handle(message: ToRecorder): Promise<void> {
  if (message.kind === 'start') {
    file = new GrowingFile(message.file)
    recording = new McapRecording(file)
    await recording.start(message.library, message.metadata)
    syncTimer = setInterval(() => enqueue(async () => file!.sync()), SYNC_EVERY_MS)
    say({ kind: 'ready' })
  } else if (message.kind === 'messages') {
    for (const each of message.messages) await recording!.add(each)
    say({ kind: 'taken', messages: message.messages.length })
  } else {
    await finish()
  }
}

async function finish(): Promise<void> {
  clearInterval(syncTimer)
  await recording?.end()
  file?.close()
  if (!process.connected) process.exit(0)
  process.send!({ kind: 'ended' } satisfies FromRecorder, () => process.exit(0))
}

function say(message: FromRecorder): void {
  if (process.connected) process.send!(message)
}
