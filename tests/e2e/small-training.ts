import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const shipped = (name: string) =>
  readFileSync(new URL(`../../configs/${name}.yaml`, import.meta.url), 'utf8')

/** A folder for runs of the push task that take less than a second for an update. */
export class SmallTraining {
  readonly folder = mkdtempSync(join(tmpdir(), 'sim2arm-train-'))

  constructor() {
    const small = ['embed', 'hidden', 'head', 'criticHidden'].reduce(
      (text, name) => text.replace(new RegExp(`${name}: \\d+`), `${name}: 16`),
      shipped('algorithms/ppo'),
    )
    writeFileSync(this.path('small-ppo.yaml'), small)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** The command line of a run. */
  args(run: string, ...options: string[]): string[] {
    const set = [
      `algorithm=${this.path('small-ppo.yaml')}`,
      ...['numEnvs=8', 'evaluation.episodes=8', 'evaluation.everyUpdates=2'],
      ...['checkpointEveryUpdates=1', 'minutes=600'],
    ]
    const overrides = set.flatMap((each) => ['--set', each])
    const out = ['--out', this.path(run), '--backend', 'wasm', '--json']
    return ['train', 'push-so101', ...out, ...overrides, ...options]
  }

  /** What the updates of a run found, without what depends on the machine's speed. */
  figures(run: string): unknown[] {
    return readFileSync(join(this.path(run), 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ kind }) => kind !== 'checkpoint')
      .map(({ wallS: _w, times: _t, stepsPerS: _s, ...rest }) => rest)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}
