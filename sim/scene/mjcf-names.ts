/** Names of the parts of the scene that a program looks up. Links, joints and objects carry their number. */
export const NAMES = {
  table: 'table',
  tip: 'tip',
  touchForce: (index: number) => `touch-force-${index}`,
  pad: (finger: number, index: number) => `pad-${finger}-${index}`,
  rod: (index: number) => `rod-${index}`,
  link: (index: number) => `link-${index}`,
  joint: (index: number) => `joint-${index}`,
  play: (index: number) => `play-${index}`,
  object: (index: number) => `object-${index}`,
  objectJoint: (index: number) => `object-free-${index}`,
  objectPart: (index: number, part: number) => `object-${index}-part-${part}`,
} as const

/** Numbers as MJCF wants them, all digits kept. */
export function join(values: ArrayLike<number>): string {
  return Array.from(values).join(' ')
}
