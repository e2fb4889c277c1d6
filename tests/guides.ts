import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOCUMENTS } from './readme.ts'

const ROOT = join(import.meta.dirname, '..')

/** How a shell line of the README or a guide is tested, besides that the command line understands it. */
export type GuidePlan =
  /** Not run here: it needs something that a test machine has not. */
  | { readonly kind: 'outside'; readonly needs: string }
  /** Run by a test of its own, which looks at more than the exit code. */
  | { readonly kind: 'elsewhere'; readonly test: string }
  /** Run to its end as it stands, with options behind it that make it short; in `npm test` or the full tier. */
  | (Shortened & { readonly kind: 'run'; readonly exitCode: 0 | 1 })
  /** Started, and stopped after what else its block does. */
  | (Shortened & { readonly kind: 'serve' })

interface Shortened {
  readonly isQuick: boolean
  readonly shorter: string
}

export interface GuideLine {
  readonly document: string
  readonly line: string
}

/** The shell lines of the README and the guides, block by block. */
export const GUIDE_BLOCKS: readonly (readonly GuideLine[])[] = DOCUMENTS.flatMap((document) => {
  const text = readFileSync(join(ROOT, document), 'utf8')
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines]) =>
    lines!
      .trim()
      .split('\n')
      .map((line) => ({ document, line })),
  )
})

const outside = (needs: string): GuidePlan => ({ kind: 'outside', needs })
const elsewhere = (test: string): GuidePlan => ({ kind: 'elsewhere', test })
const quick = (shorter = ''): GuidePlan => ({ kind: 'run', isQuick: true, shorter, exitCode: 0 })
const long = (shorter = '', exitCode: 0 | 1 = 0): GuidePlan => {
  return { kind: 'run', isQuick: false, shorter, exitCode }
}
const serve = (shorter: string, isQuick: boolean): GuidePlan => ({
  kind: 'serve',
  isQuick,
  shorter,
})

const ONE_UPDATE = '--minutes 0.01 --set numEnvs=16 --set evaluation.episodes=4'

/** The first pattern that a line matches says how it is tested; each matches one. */
export const PLANS: readonly (readonly [RegExp, GuidePlan])[] = [
  [/^npm ci/, outside('an installation; the tests themselves run in one')],
  [/--demonstrations shown\.mcap --warm-start/, outside('a recording of an arm')],
  [/--demonstrations datasets/, outside('the calibration of an arm')],
  [/random:6|adapt-so101|my-arm-reality\.yaml --e/, elsewhere('tests/full/adapt.test.ts')],
  [/\/dev\/ttyACM|^npx sim2arm scan$/, outside('an arm at a serial port')],
  [/--driver ros|--to ros|deploy push-panda/, outside('ROS 2')],
  [/--setup tensorflow/, outside('packages from the network')],
  [/--peer pytorch/, outside('PyTorch')],
  [/(sim2arm|npm run) evidence/, outside('ten minutes and more')],
  [/(alone|surer)\.yaml|runs\/(alone|again|ninth)/, outside('a config that the reader writes')],
  [
    /average runs\/koch|runs\/koch\/mean/,
    outside('a run so long that its normaliser has come to rest'),
  ],
  [/bench:faults$/, outside('half an hour; the next line of the guide runs a part of it')],

  [
    /init my-project|^node |--task clear\.yaml (?!--arm)|task=clear\.yaml/,
    elsewhere('tests/integration/readme-blocks.test.ts'),
  ],
  [/^npm run printables/, quick()],
  [/train push-so101 --minutes 60/, quick(ONE_UPDATE)],
  [/train --resume/, quick('--minutes 0.01')],
  // Nothing is reached in one update.
  [/train .*--until success/, long(ONE_UPDATE, 1)],
  [/train /, long(ONE_UPDATE)],
  [/average /, long()],

  [/eval .*--view$/, long('--episodes 2 --view 127.0.0.1:0')],
  [/eval .*--real-time/, long('--episodes 1')],
  [/eval .*--sensitivity/, long('--episodes 32')],
  [/eval .*--readout/, long('--episodes 32')],
  [/eval (runs\/push\/policy\.onnx|scripted --task clear\.yaml)/, quick('--episodes 2')],
  [/eval /, long('--episodes 2')],

  [/view policy\/zoo\/failures/, elsewhere('tests/contract/known-failures.test.ts')],
  [/sim2arm view /, serve('--port 0', true)],
  [/replay .*--to stream/, serve('', true)],
  [/twin so101/, serve('', false)],
  [/deploy push-so101 --driver sim/, quick('--episodes 1')],
  [/deploy push-so101 --port \/tmp\/arm/, long('--episodes 1')],
  [/demo --foxglove/, long('--headless --episodes 1')],
  [/demo /, long('--episodes 1')],

  [/replay /, quick()],
  [/export /, quick()],
  [/identify .*--out my-xl330/, quick('--model coulomb --evaluations 20 --restarts 1')],
  [/identify .*--score/, quick()],
  [/identify swing\.mcap/, elsewhere('tests/e2e/record.test.ts')],

  [/bench faults/, long('--instants 1')],
  [/bench train/, long('--repeats 1')],
  [
    /bench physics --fidelity$/,
    outside('many minutes; the next line of the guide runs a part of it'),
  ],
  // One bound is missed, as the guide says.
  [/bench physics --fidelity --only/, long('', 1)],
  [/bench endurance/, long('--minutes 0.05 --arms 1')],
]

/** How a line is tested. Throws for one that nobody has thought of. */
export function planOf(line: string): GuidePlan {
  const found = PLANS.find(([pattern]) => pattern.test(line))
  if (found === undefined) throw new Error(`tests/guides.ts does not say how to test: ${line}`)
  return found[1]
}
