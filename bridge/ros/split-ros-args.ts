const BEGIN = '--ros-args'
const END = '--'

/** The words between `--ros-args` and `--` (or the end), with their markers, and all others. */
export function splitRosArgs(argv: readonly string[]): { ros: string[]; own: string[] } {
  const ros: string[] = []
  const own: string[] = []
  let isRos = false
  for (const word of argv) {
    if (word === BEGIN) {
      isRos = true
      ros.push(word)
    } else if (isRos && word === END) {
      isRos = false
      ros.push(word)
    } else (isRos ? ros : own).push(word)
  }
  return { ros, own }
}
