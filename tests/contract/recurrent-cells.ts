import { readFileSync } from 'node:fs'
import type * as tf from '@tensorflow/tfjs-core'
import { gruSequenceComposite } from '../../policy/ops/gru-sequence/composite.ts'
import { gruSequence, lstmSequence } from '../../policy/ops/index.ts'
import { lstmSequenceComposite } from '../../policy/ops/lstm-sequence/composite.ts'
import { GOLDEN, type Listed } from './ops-backends.ts'

type Tensors = Record<string, tf.Tensor>

/** A recurrent op as the contract suite sees it: arguments and outputs by name. */
export interface RecurrentCell {
  readonly name: string
  readonly numGates: number
  /** Names of the states before the first step, and of the biases. */
  readonly states: readonly string[]
  readonly biases: readonly string[]
  /** Arguments, outputs, weights of the outputs and gradients (`d_…`) by PyTorch. */
  readonly golden: Readonly<Record<string, Listed>>
  readonly run: (args: Tensors) => Tensors
  readonly composite: (args: Tensors) => Tensors
}

/** See tests/golden/gru_golden.py. */
const GRU_GOLDEN = JSON.parse(
  readFileSync(new URL('../golden/gru.golden.json', import.meta.url), 'utf8'),
) as { gru: Record<string, Listed> }

const lstm = (op: typeof lstmSequence) => (args: Tensors) => {
  const { x, h0, c0, mask, wx, wh, b } = args as unknown as LstmArguments
  return { ...op(x, h0, c0, mask, wx, wh, b) }
}

const gru = (op: typeof gruSequence) => (args: Tensors) => {
  const { x, h0, mask, wx, wh, bx, bh } = args as unknown as GruArguments
  return { hs: op(x, h0, mask, wx, wh, bx, bh) }
}

export const RECURRENT_CELLS: readonly RecurrentCell[] = [
  {
    name: 'LSTM',
    numGates: 4,
    states: ['h0', 'c0'],
    biases: ['b'],
    golden: GOLDEN.lstm,
    run: lstm(lstmSequence),
    composite: lstm(lstmSequenceComposite),
  },
  {
    name: 'GRU',
    numGates: 3,
    states: ['h0'],
    biases: ['bx', 'bh'],
    golden: GRU_GOLDEN.gru,
    run: gru(gruSequence),
    composite: gru(gruSequenceComposite),
  },
]

interface Arguments {
  readonly x: tf.Tensor3D
  readonly h0: tf.Tensor2D
  readonly mask: tf.Tensor2D
  readonly wx: tf.Tensor2D
  readonly wh: tf.Tensor2D
}

interface LstmArguments extends Arguments {
  readonly c0: tf.Tensor2D
  readonly b: tf.Tensor1D
}

interface GruArguments extends Arguments {
  readonly bx: tf.Tensor1D
  readonly bh: tf.Tensor1D
}
