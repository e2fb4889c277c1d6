import * as tf from '@tensorflow/tfjs-core'
import type { GradientTable } from './gradient-table.ts'

type Back = (dy: tf.Tensor, x: tf.Tensor, attrs: tf.NamedAttrMap) => tf.Tensor

/** Gradient of a kernel with one input `x`, of which only the shape matters. */
const moved = (kernelName: string, back: Back): tf.GradConfig => ({
  kernelName,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => ({
    x: () => back(dy as tf.Tensor, saved[0]!, attrs as tf.NamedAttrMap),
  }),
})

/** Gradients of a kernel's outputs; a single one does not come as an array. */
const asList = (dy: tf.Tensor | tf.Tensor[]) => (Array.isArray(dy) ? dy : [dy])

const reshapeBack: Back = (dy, x) => tf.reshape(dy, x.shape)

const sliceBack: Back = (dy, x, attrs) => {
  const { begin, size } = attrs as unknown as tf.SliceAttrs
  const from = tf.slice_util.parseSliceParams(x, begin, size)[0]!
  const padding = from.map((start, i): [number, number] => [
    start,
    x.shape[i]! - start - dy.shape[i]!,
  ])
  return tf.pad(dy, padding)
}

const padBack: Back = (dy, x, attrs) => {
  const { paddings } = attrs as unknown as tf.PadV2Attrs
  return tf.slice(
    dy,
    paddings.map(([before]) => before),
    x.shape,
  )
}

const transposeBack: Back = (dy, _x, attrs) => {
  const { perm } = attrs as unknown as tf.TransposeAttrs
  const inverse = new Array<number>(perm.length)
  perm.forEach((from, to) => {
    inverse[from] = to
  })
  return tf.transpose(dy, inverse)
}

/** [a·n, b·m] → [n, a, m, b] summed over the repetitions. */
const tileBack: Back = (dy, x, attrs) => {
  const { reps } = attrs as unknown as tf.TileAttrs
  const split = x.shape.flatMap((size, i) => [reps[i]!, size])
  const repeated = x.shape.map((_, i) => 2 * i)
  return tf.sum(tf.reshape(dy, split), repeated)
}

const concat: tf.GradConfig = {
  kernelName: tf.Concat,
  saveAllInputs: true,
  gradFunc: (dy, saved, attrs) => {
    const { axis } = attrs as unknown as tf.ConcatAttrs
    const along = tf.util.parseAxisParam(axis, saved[0]!.shape)[0]!
    const parts = tf.split(
      dy as tf.Tensor,
      saved.map((t) => t.shape[along]!),
      along,
    )
    return Object.fromEntries(parts.map((part, i) => [i, () => part]))
  },
}

const pack: tf.GradConfig = {
  kernelName: tf.Pack,
  saveAllInputs: true,
  gradFunc: (dy, _saved, attrs) => {
    const parts = tf.unstack(dy as tf.Tensor, (attrs as unknown as tf.PackAttrs).axis)
    return Object.fromEntries(parts.map((part, i) => [i, () => part]))
  },
}

const gather: tf.GradConfig = {
  kernelName: tf.GatherV2,
  inputsToSave: ['x', 'indices'],
  gradFunc: (dy, saved, attrs) => {
    const [x, indices] = saved as [tf.Tensor, tf.Tensor1D]
    const axis = tf.util.parseAxisParam((attrs as unknown as tf.GatherV2Attrs).axis, x.shape)[0]!
    const order = x.shape.map((_, i) => i)
    order.splice(axis, 1)
    order.unshift(axis)
    const inverse = order.map((_, i) => order.indexOf(i))
    return {
      x: () => {
        const rows = tf.transpose(dy as tf.Tensor, order)
        const flat = tf.reshape(indices, [indices.size])
        const summed = tf.unsortedSegmentSum(rows, flat as tf.Tensor1D, x.shape[axis]!)
        return tf.transpose(summed, inverse)
      },
      indices: () => tf.zeros(indices.shape),
    }
  },
}

export const SHAPE_GRADIENTS: GradientTable = [
  moved(tf.Reshape, reshapeBack),
  { ...moved(tf.ExpandDims, reshapeBack), inputsToSave: ['input'], gradFunc: expandBack },
  moved(tf.Slice, sliceBack),
  moved(tf.PadV2, padBack),
  moved(tf.Transpose, transposeBack),
  moved(tf.Tile, tileBack),
  {
    kernelName: tf.SplitV,
    gradFunc: (dy, _saved, attrs) => ({
      x: () => tf.concat(asList(dy), (attrs as unknown as tf.SplitVAttrs).axis),
    }),
  },
  {
    kernelName: tf.Unpack,
    gradFunc: (dy, _saved, attrs) => ({
      value: () => tf.stack(asList(dy), (attrs as unknown as tf.UnpackAttrs).axis),
    }),
  },
  concat,
  pack,
  gather,
]

function expandBack(dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) {
  return { input: () => tf.reshape(dy as tf.Tensor, saved[0]!.shape) }
}
