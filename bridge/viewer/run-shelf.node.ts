import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CodedError } from '../../configs/load/coded-error.ts'
import { holdsCheckpoint } from '../../policy/learning/checkpoint-store.node.ts'
import { CHECKPOINTS } from '../../policy/learning/run-folder.node.ts'
import { trainingProcess } from '../../policy/learning/run-lock.node.ts'
import { isRunFolder, readRunProgress, readTrainingRun } from './read-training-run.node.ts'
import type { RunSummary } from './training-run.ts'

/** A folder whose folders are training runs; they come and grow. One that is not there yet has none. */
export class RunShelf {
  readonly folder: string
  /** In words, by name; a config is long to read and does not change. */
  readonly #abouts = new Map<string, string>()

  constructor(folder: string) {
    this.folder = folder
  }

  /** Throws CONFIG_FILE_MISSING where there are things in the folder, and no run among them. */
  check(): void {
    if (this.#names().length > 0 || !this.has('') || readdirSync(this.folder).length === 0) return
    throw new CodedError(
      'CONFIG_FILE_MISSING',
      `${this.folder} holds no training run and is none`,
      {
        hint: 'name a folder that sim2arm train --out has made, the one it lies in, or an empty one',
      },
    )
  }

  /** The folder of a run; undefined where there is no run of that name. */
  find(name: string): string | undefined {
    return this.#names().includes(name) ? join(this.folder, name) : undefined
  }

  /** Whether the name is taken, by a run or by anything else. */
  has(name: string): boolean {
    return existsSync(join(this.folder, name))
  }

  /** The one that was written into last comes first. */
  list(): RunSummary[] {
    const summaries = this.#names().map((name): RunSummary => {
      const folder = join(this.folder, name)
      const isRunning = trainingProcess(folder) !== undefined
      const canResume = !isRunning && holdsCheckpoint(join(folder, CHECKPOINTS))
      const about = this.#aboutOf(folder)
      return { name, about, ...readRunProgress(folder), isRunning, canResume }
    })
    const age = ({ ageS }: RunSummary) => ageS ?? 0
    return summaries.sort((a, b) => age(a) - age(b))
  }

  #names(): string[] {
    if (statSync(this.folder, { throwIfNoEntry: false })?.isDirectory() !== true) return []
    return readdirSync(this.folder).filter((name) => isRunFolder(join(this.folder, name)))
  }

  #aboutOf(folder: string): string {
    const known = this.#abouts.get(folder)
    if (known !== undefined) return known
    const { about } = readTrainingRun(folder)
    if (about !== '') this.#abouts.set(folder, about)
    return about
  }
}
