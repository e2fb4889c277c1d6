import { philox4x32 } from './philox.ts'

/**
 * A stream of random numbers named by a seed and a path, such as `new RandomStream(seed, env, episode)`.
 *
 * Same seed and path give the same numbers on every machine; streams of different paths are
 * independent, in whatever order they are made or used. Draws allocate nothing.
 */
export class RandomStream {
  readonly #key = new Uint32Array(2)
  /** Words 0 and 1 count blocks, words 2 and 3 belong to the stream's name. */
  readonly #counter = new Uint32Array(4)
  readonly #block = new Uint32Array(4)
  /** Uniform numbers drawn so far; each block of 128 bits holds two. */
  #numDraws = 0

  /** @param path - any integers below 2⁵³, negative ones too */
  constructor(seed: number, ...path: readonly number[]) {
    this.#absorb(seed, 0)
    for (let depth = 0; depth < path.length; depth++) this.#absorb(path[depth]!, depth + 1)
  }

  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number {
    const offset = 2 * (this.#numDraws % 2)
    if (offset === 0) {
      const blockIndex = this.#numDraws / 2
      this.#counter[0] = blockIndex
      this.#counter[1] = blockIndex / 4294967296
      philox4x32(this.#counter, this.#key, this.#block)
    }
    this.#numDraws++
    const high = this.#block[offset]! >>> 5
    const low = this.#block[offset + 1]! >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }

  /** Uniform in [a, b). */
  between(a: number, b: number): number {
    return a + (b - a) * this.uniform()
  }

  /** Uniform in the logarithm, between two positive bounds. */
  logBetween(a: number, b: number): number {
    return a * (b / a) ** this.uniform()
  }

  /** Mean 0, standard deviation 1 (Box-Muller; takes two uniform numbers). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return radius * Math.cos(2 * Math.PI * this.uniform())
  }

  /** One of 0 … n - 1. */
  integer(n: number): number {
    return Math.floor(n * this.uniform())
  }

  /** Uniform numbers drawn so far: with seed and path, the whole state of the stream. */
  get position(): number {
    return this.#numDraws
  }

  /** Continues as if `position` uniform numbers had been drawn. */
  seek(position: number): void {
    this.#numDraws = position - (position % 2)
    if (position > this.#numDraws) this.uniform()
  }

  save() {
    return { key: this.#key.slice(), name: this.#counter.slice(2), position: this.#numDraws }
  }

  /** Becomes the stream that was saved. */
  restore({ key, name, position }: ReturnType<RandomStream['save']>): void {
    this.#key.set(key)
    this.#counter.set(name, 2)
    this.seek(position)
  }

  /** Mixes one element of the name into key and counter. */
  #absorb(element: number, depth: number): void {
    const counter = this.#counter
    counter[0] = element
    counter[1] = Math.floor(element / 4294967296)
    counter[2] = counter[2]! ^ depth
    philox4x32(counter, this.#key, this.#block)
    this.#key[0] = this.#block[0]!
    this.#key[1] = this.#block[1]!
    counter[2] = this.#block[2]!
    counter[3] = this.#block[3]!
  }
}
