/** Names of the parts of the scene that a program looks up. Links and joints carry their number. */
export const NAMES = {
  table: 'table',
  object: 'object',
  objectJoint: 'object-free',
  tip: 'tip',
  tipForce: 'tip-force',
  link: (index: number) => `link-${index}`,
  joint: (index: number) => `joint-${index}`,
  play: (index: number) => `play-${index}`,
} as const

/** Numbers as MJCF wants them, all digits kept. */
export function join(values: ArrayLike<number>): string {
  return Array.from(values).join(' ')
}
