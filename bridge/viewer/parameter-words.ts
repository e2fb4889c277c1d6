/** Units that a parameter's name may end in, as people write them. */
const UNITS: Readonly<Record<string, string>> = {
  Kg: 'kg',
  M: 'm',
  M2: 'm²',
  Rad: 'rad',
  S: 's',
  S2: 's²',
  N: 'N',
  Nm: 'N m',
  Hz: 'Hz',
}

export interface ParameterWords {
  readonly label: string
  /** Empty for factors and other pure numbers. */
  readonly unit: string
}

/**
 * A parameter's name in words, and its unit, which is what the name ends in: `objectMassKg` is the object
 * mass in kg, `objectDropsPerS` the object drops in 1/s, `linkMass` a factor.
 */
export function parameterWords(name: string): ParameterWords {
  const words = name.match(/^[a-z0-9]+|[A-Z][a-z0-9]*/g) ?? [name]
  const isUnit = (word: string) => word in UNITS
  const perAt = words.lastIndexOf('Per')
  const isRate = perAt > 0 && perAt + 1 < words.length && words.slice(perAt + 1).every(isUnit)
  let numLabel = isRate ? perAt : words.length
  while (numLabel > 1 && isUnit(words[numLabel - 1]!)) numLabel--
  const written = (from: number, to: number) =>
    words
      .slice(from, to)
      .map((word) => UNITS[word])
      .join(' ')
  const over = written(numLabel, isRate ? perAt : words.length)
  return {
    label: words.slice(0, numLabel).join(' ').toLowerCase(),
    unit: isRate ? `${over === '' ? '1' : over}/${written(perAt + 1, words.length)}` : over,
  }
}
