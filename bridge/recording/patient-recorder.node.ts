import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CodedError } from '../../configs/load/coded-error.ts'
import { GrowingFile } from './growing-file.node.ts'
import { McapRecording } from './mcap-recording.ts'
import {
  CHECK_FOLDER,
  cannotRecord,
  FREE_SPACE,
  type Recorder,
  type RecorderOptions,
  takeAway,
} from './recorder.node.ts'
import type { RecordedMessage } from './topics.ts'

/**
 * A recorder in this process, for runs on virtual time: it never falls behind, as time stands still while it writes, and
 * leaves nothing out unless it is lost.
 *
 * @throws BRIDGE_DISK when the file exists or cannot be made
 */
export async function startPatientRecorder(options: RecorderOptions): Promise<Recorder> {
  const path = resolve(options.file)
  if (existsSync(path)) throw cannotRecord(path, 'it exists', 'name a new file')
  try {
    const file = new GrowingFile(path)
    const recording = new McapRecording(file)
    await recording.start(options.library, options.metadata)
    return new PatientRecorder(path, file, recording, options.onLost)
  } catch (error) {
    throw cannotRecord(path, reasonOf(error), CHECK_FOLDER)
  }
}

class PatientRecorder implements Recorder {
  readonly file: string
  numDropped = 0
  isLost = false
  isEmpty = true
  private readonly output: GrowingFile
  private readonly recording: McapRecording
  private readonly onLost: (error: CodedError) => void
  private work = Promise.resolve()
  private isClosed = false

  constructor(
    file: string,
    output: GrowingFile,
    recording: McapRecording,
    onLost: RecorderOptions['onLost'],
  ) {
    this.file = file
    this.output = output
    this.recording = recording
    this.onLost = onLost
  }

  write(messages: readonly RecordedMessage[]): void {
    this.isEmpty = false
    this.enqueue(async () => {
      for (const each of messages) await this.recording.add(each)
    }, messages.length)
  }

  async close(): Promise<void> {
    if (!this.isClosed) {
      this.isClosed = true
      this.enqueue(async () => {
        await this.recording.end()
        this.output.close()
        if (this.isEmpty) takeAway(this.file)
      })
    }
    await this.work
  }

  /** @param numMessages - that the step writes */
  private enqueue(step: () => Promise<void>, numMessages = 0): void {
    this.work = this.work.then(async () => {
      try {
        if (!this.isLost) return await step()
      } catch (error) {
        this.isLost = true
        this.onLost(cannotRecord(this.file, reasonOf(error), FREE_SPACE))
      }
      this.numDropped += numMessages
    })
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
