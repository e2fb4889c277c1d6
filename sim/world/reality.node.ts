import { CodedError } from '../../configs/load/coded-error.ts'
import { type LoadConfigOptions, loadConfig } from '../../configs/load/load.node.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { realitySchema } from './reality.schema.ts'
import { drawReality, type Reality } from './reality.ts'

const RANDOM = /^random:(.*)$/
const RANDOM_RANGE = /^random:(\d+)-(\d+)$/
/** More set-ups than anybody wants to wait for. */
const MAX_POPULATION = 1000

/** Several set-ups, `random:1-20`, each as `loadReality` takes it; the name alone where it means one. */
export function realitiesOf(name: string): string[] {
  const [, first, last] = RANDOM_RANGE.exec(name) ?? []
  if (first === undefined) return [name]
  const count = Number(last) - Number(first) + 1
  if (!(count >= 1 && count <= MAX_POPULATION)) {
    const message = `reality ${name}: expected the lower seed first, and ${MAX_POPULATION} at most`
    throw new CodedError('CONFIG_UNKNOWN_NAME', message, { hint: 'for example random:1-20' })
  }
  return Array.from({ length: count }, (_, k) => `random:${Number(first) + k}`)
}

/**
 * The set-up `configs/realities/<name>.yaml`, the file at a path, or `random:SEED`: one drawn from
 * the sourced ranges of `population.yaml`. A range in a named file is drawn with seed 0, so a name
 * always means the same set-up.
 */
export function loadReality(nameOrPath: string, options: LoadConfigOptions = {}): Reality {
  const seedText = RANDOM.exec(nameOrPath)?.[1]
  if (seedText === undefined) {
    return drawReality(
      loadConfig('realities', nameOrPath, realitySchema, options),
      new RandomStream(0),
    )
  }
  const seed = seedText === '' ? Number.NaN : Number(seedText)
  if (!Number.isSafeInteger(seed)) {
    throw new CodedError('CONFIG_UNKNOWN_NAME', `reality ${nameOrPath}: expected a whole number`, {
      hint: 'for example random:7',
    })
  }
  const config = loadConfig('realities', 'population', realitySchema, options)
  return { ...drawReality(config, new RandomStream(seed)), name: nameOrPath }
}
