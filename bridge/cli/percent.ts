/** A share as people say it: `97.4 %`. @param share - 0 to 1, a difference of two may be below 0 */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
