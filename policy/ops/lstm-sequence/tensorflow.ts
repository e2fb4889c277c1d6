import * as tf from '@tensorflow/tfjs-core'
import type { TensorflowNode, TensorflowOutput } from '../../backends/tensorflow-node.ts'
import { LSTM_SEQUENCE, LSTM_SEQUENCE_GRADIENT } from './gradient.ts'

type Tensors = Record<string, tf.Tensor>

/** Per segment: what BlockLSTMV2 hands to its gradient (i, cs, f, o, ci, co, h), then c and h before it. */
const TAPE = 9

/**
 * The sequence on the `tensorflow` backend by the library's BlockLSTMV2, whose gates come in the order of
 * ours. The op knows no resets: the sequence is cut wherever a row begins a new episode.
 */
export function lstmSequenceTensorflow(node: TensorflowNode): Record<string, tf.KernelFunc> {
  return {
    [LSTM_SEQUENCE]: ({ inputs }) => tf.tidy(() => forward(node, inputs as Tensors)),
    [LSTM_SEQUENCE_GRADIENT]: ({ inputs }) => tf.tidy(() => backward(node, inputs as Tensors)),
  }
}

/** Outputs hs, cT and the tape, nine tensors for each segment. */
function forward(node: TensorflowNode, inputs: Tensors): tf.Tensor[] {
  const { x, h0, c0, mask, wx, wh, b } = inputs
  const hidden = h0!.shape[1]!
  const weights = tf.concat([wx!, wh!], 0)
  const peephole = tf.zeros([hidden])
  const parts: tf.Tensor[] = []
  const tape: tf.Tensor[] = []
  let [h, c] = [h0!, c0!]
  for (const [begin, end] of segments(mask!)) {
    const keep = tf.reshape(tf.slice(mask!, begin, 1), [-1, 1])
    const [hBefore, cBefore] = [tf.mul(h, keep), tf.mul(c, keep)]
    const xs = tf.slice(x!, begin, end - begin)
    const outputs = blockLstm(node, 'BlockLSTMV2', end - begin, {
      inputs: [xs, cBefore, hBefore, weights, peephole, peephole, peephole, b!],
      numOutputs: 7,
    })
    // The library's copies share memory; these two outlive the tape.
    const [cs, hs] = [identity(node, outputs[1]!), identity(node, outputs[6]!)]
    parts.push(hs)
    const last = [hs, cs].map((all) => tf.squeeze(tf.slice(all, end - begin - 1, 1), [0]))
    ;[h, c] = last as [tf.Tensor, tf.Tensor]
    tape.push(...outputs.map((output) => opaque(node, output)))
    const before = [cBefore, hBefore].map((t) => node.getInputTensorIds([t])[0]!)
    tape.push(...before.map((id) => opaque(node, execute(node, 'Identity', [id])[0]!)))
  }
  const hs = parts.length === 1 ? parts[0]! : tf.concat(parts, 0)
  return [hs, c, ...tape]
}

/** Outputs the gradients of x, wx, wh, b, h0 and c0. */
function backward(node: TensorflowNode, inputs: Tensors): tf.Tensor[] {
  const { dhs, dcT, x, mask, wx, wh } = inputs
  const [size, hidden] = [wx!.shape[0]!, wh!.shape[0]!]
  const weights = tf.concat([wx!, wh!], 0)
  const [peephole, bias] = [tf.zeros([hidden]), tf.zeros([4 * hidden])]
  const dxs: tf.Tensor[] = []
  const dWeights: tf.Tensor[] = []
  const dBiases: tf.Tensor[] = []
  let [dh, dc] = [tf.zerosLike(dcT!), dcT!]
  for (const [k, [begin, end]] of [...segments(mask!).entries()].reverse()) {
    const steps = end - begin
    const [i, cs, f, o, ci, co, hs, cBefore, hBefore] = Array.from(
      { length: TAPE },
      (_, n) => inputs[`tape${TAPE * k + n}`]!,
    )
    const xs = tf.slice(x!, begin, steps)
    const carried = (last: tf.Tensor) =>
      tf.pad(tf.expandDims(last, 0), [
        [steps - 1, 0],
        [0, 0],
        [0, 0],
      ])
    const dhsHere = tf.add(tf.slice(dhs!, begin, steps), carried(dh))
    const state = [i, cs, f, o, ci, co, hs].map((t) => t!)
    const [dx, dcBefore, dhBefore, dWeight, , , , dBias] = blockLstm(
      node,
      'BlockLSTMGradV2',
      steps,
      {
        inputs: [
          ...[xs, cBefore!, hBefore!, weights, peephole, peephole, peephole, bias],
          ...[...state, carried(dc), dhsHere],
        ],
        numOutputs: 8,
      },
    ).map((output) => node.createOutputTensor(output))
    const keep = tf.reshape(tf.slice(mask!, begin, 1), [-1, 1])
    ;[dh, dc] = [tf.mul(dhBefore!, keep), tf.mul(dcBefore!, keep)]
    dxs.unshift(dx!)
    dWeights.push(dWeight!)
    dBiases.push(dBias!)
  }
  const dWeight = tf.addN(dWeights)
  const dx = dxs.length === 1 ? dxs[0]! : tf.concat(dxs, 0)
  return [dx, tf.slice(dWeight, 0, size), tf.slice(dWeight, size, hidden), tf.addN(dBiases), dh, dc]
}

/** Runs of steps in which nobody begins a new episode, but at the first. */
function segments(mask: tf.Tensor): [begin: number, end: number][] {
  const [steps, batch] = mask.shape as [number, number]
  const keeps = mask.dataSync()
  const begins = Array.from({ length: steps }, (_, t) => t).filter(
    (t) => t === 0 || keeps.subarray(t * batch, (t + 1) * batch).some((keep) => keep !== 1),
  )
  return begins.map((begin, k) => [begin, begins[k + 1] ?? steps])
}

function blockLstm(
  node: TensorflowNode,
  op: 'BlockLSTMV2' | 'BlockLSTMGradV2',
  steps: number,
  { inputs, numOutputs }: { readonly inputs: readonly tf.Tensor[]; readonly numOutputs: number },
): TensorflowOutput[] {
  const { binding } = node
  const length = binding.createTensor([], binding.TF_INT64, Int32Array.of(steps, 0))
  const attributes = [{ name: 'use_peephole', type: binding.TF_ATTR_BOOL, value: false }]
  if (op === 'BlockLSTMV2') {
    attributes.push({ name: 'cell_clip', type: binding.TF_ATTR_FLOAT, value: 0 as never })
  }
  const ids = [length, ...node.getInputTensorIds(inputs)]
  const outputs = execute(node, op, ids, attributes, numOutputs)
  binding.deleteTensor(length)
  return outputs
}

function execute(
  { binding }: TensorflowNode,
  op: string,
  ids: readonly number[],
  attributes: readonly { name: string; type: number; value: unknown }[] = [],
  numOutputs = 1,
): TensorflowOutput[] {
  const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  return binding.executeOp(op, [type, ...attributes], ids, numOutputs)
}

function identity(node: TensorflowNode, output: TensorflowOutput): tf.Tensor {
  return node.createOutputTensor(execute(node, 'Identity', [output.id])[0]!)
}

/** A tensor that says it holds one float: for the gradient only, so that nobody makes zeros of its size. */
function opaque(node: TensorflowNode, output: TensorflowOutput): tf.Tensor {
  return node.createOutputTensor({ ...output, shape: [1] })
}
