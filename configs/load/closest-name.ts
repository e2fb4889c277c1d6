/** The candidate a user most likely meant by `name`, or undefined when none is near. */
export function closestName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wanted.length * 0.4)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/**
 * The candidate that `name` is a slip of: one letter off, or in capitals. Another number, or the whole name with something
 * added, is none: so are variants named.
 */
export function misspeltName(name: string, candidates: readonly string[]): string | undefined {
  const written = name.toLowerCase()
  const letters = written.replace(/\d/g, '')
  return candidates.find((candidate) => {
    const known = candidate.toLowerCase()
    if (known === written) return candidate !== name
    const isVariant = written.includes(known) || letters === known.replace(/\d/g, '')
    return !isVariant && editDistance(written, known) === 1
  })
}

/** `Did you mean x? Valid: a, b, c.`: the hint for an unknown name. */
export function unknownNameHint(name: string, valid: readonly string[]): string {
  if (valid.length === 0) return 'there are none here'
  const closest = closestName(name, valid)
  const guess = closest === undefined ? '' : `did you mean ${closest}? `
  return `${guess}valid: ${[...valid].sort().join(', ')}`
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let older: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isEqual = a[row - 1] === b[column - 1]
      let cost = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (isEqual ? 0 : 1),
      )
      const isSwap =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (isSwap) cost = Math.min(cost, older[column - 2]! + 1)
      current.push(cost)
    }
    older = previous
    previous = current
  }
  return previous[b.length]!
}
