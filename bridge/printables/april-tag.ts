import { CodedError } from '../../configs/load/coded-error.ts'

/**
 * Code words of the AprilTag family 36h11, by id: the first 24 of 587 (AprilRobotics/apriltag, tag36h11.c, revision
 * 6518153, BSD-2-Clause, The Regents of The University of Michigan).
 */
const CODES: readonly bigint[] = [
  ...[0xd7e00984bn, 0xdda664ca7n, 0xdc4a1c821n, 0xe17b470e9n, 0xef91d01b1n, 0xf429cdd73n],
  ...[0x05da29225n, 0x1106cba43n, 0x223bed79dn, 0x21f51213cn, 0x33eb19ca6n, 0x3f76eb0f8n],
  ...[0x469a97414n, 0x45dcfe0b0n, 0x4a6465f72n, 0x51801db96n, 0x5eb946b4en, 0x68a7cc2ecn],
  ...[0x6f0ba2652n, 0x78765559dn, 0x87b83d129n, 0x86cc4a5c5n, 0x8b64df90fn, 0x9c577b611n],
]
const NUM_BITS = 36
/** Cells along the black square, its border of one cell included. */
export const TAG_CELLS = 8
/** Cells of the white border around it. */
export const QUIET_CELLS = 1
/** Column and row of the first nine bits, from the upper left corner; the others follow by quarter turns. */
const FIRST_BITS: readonly (readonly [number, number])[] = [
  ...([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 1],
    [5, 1],
  ] as const),
  ...([
    [2, 2],
    [3, 2],
    [4, 2],
    [3, 3],
  ] as const),
]

/** Rows of an upright tag's black square, its upper row first; true is white. */
export function tagCells(id: number): readonly (readonly boolean[])[] {
  const code = CODES[id]
  if (code === undefined) {
    throw new CodedError('CONFIG_INVALID', `no tag with id ${id}`, {
      hint: `ids 0 to ${CODES.length - 1} can be printed`,
    })
  }
  const cells = Array.from({ length: TAG_CELLS }, () => new Array<boolean>(TAG_CELLS).fill(false))
  let places = FIRST_BITS
  for (let bit = 0; bit < NUM_BITS; bit++) {
    const [column, row] = places[bit % FIRST_BITS.length]!
    cells[row]![column] = ((code >> BigInt(NUM_BITS - 1 - bit)) & 1n) === 1n
    const isQuarterDone = (bit + 1) % FIRST_BITS.length === 0
    if (isQuarterDone) places = places.map(([x, y]) => [TAG_CELLS - 1 - y, x] as const)
  }
  return cells
}
