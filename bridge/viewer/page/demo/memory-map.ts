import type { Theme } from '../theme.ts'

/** Policy steps that are shown: the last 8 s at 25 Hz. */
const NUM_STEPS = 200

type Rgb = readonly [r: number, g: number, b: number]

/**
 * A recurrent state as a heat map: a row for each unit, a column for each policy step, the newest to the
 * right; one colour for -1, another for 1, paper for 0.
 */
export class MemoryMap {
  private readonly canvas: HTMLCanvasElement
  private readonly context: CanvasRenderingContext2D
  /** Of the last steps, oldest first. */
  private steps: Float32Array[] = []
  private colors: { readonly low: Rgb; readonly zero: Rgb; readonly high: Rgb }

  constructor(canvas: HTMLCanvasElement, numUnits: number, theme: Theme) {
    this.canvas = canvas
    canvas.width = NUM_STEPS
    canvas.height = numUnits
    this.context = canvas.getContext('2d')!
    this.colors = colorsOf(theme)
    this.draw()
  }

  push(memory: Float32Array): void {
    this.steps.push(memory)
    if (this.steps.length > NUM_STEPS) this.steps.shift()
  }

  setTheme(theme: Theme): void {
    this.colors = colorsOf(theme)
    this.draw()
  }

  /** Draws what was pushed so far. */
  draw(): void {
    const { width, height } = this.canvas
    const image = this.context.createImageData(width, height)
    const { low, zero, high } = this.colors
    const begin = width - this.steps.length
    for (let t = 0; t < width; t++) {
      const memory = this.steps[t - begin]
      for (let unit = 0; unit < height; unit++) {
        const value = memory?.[unit] ?? 0
        const end = value < 0 ? low : high
        const share = Math.min(1, Math.abs(value))
        const at = 4 * (unit * width + t)
        for (let k = 0; k < 3; k++) image.data[at + k] = zero[k]! + share * (end[k]! - zero[k]!)
        image.data[at + 3] = 255
      }
    }
    this.context.putImageData(image, 0, 0)
  }
}

function colorsOf({ arm, object, line }: Theme) {
  return { low: rgbOf(object), zero: rgbOf(line), high: rgbOf(arm) }
}

/** Of `#rrggbb`. */
function rgbOf(color: string): Rgb {
  const number = Number.parseInt(color.slice(1), 16)
  return [number >> 16, (number >> 8) & 255, number & 255]
}
