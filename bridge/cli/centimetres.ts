/** A length as people say it: `5 cm`, `1.5 cm`, `0.2 cm`. @param lengthM - [m] */
export function centimetres(lengthM: number): string {
  // 0.07 m times 100 is 7.000000000000001.
  return `${Number((100 * lengthM).toPrecision(6))} cm`
}
