import { CanvasTexture, Color, Mesh, MeshBasicMaterial, PlaneGeometry } from 'three'
import type { Theme } from '../theme.ts'

const WIDTH_PX = 128
const HEIGHT_PX = 64

/** A number painted on a table, read from in front (from +x). */
export class NumberLabel {
  readonly mesh: Mesh
  private readonly material: MeshBasicMaterial

  constructor(number: number, heightM: number, theme: Theme) {
    const map = new CanvasTexture(paint(String(number)))
    map.anisotropy = 4
    this.material = new MeshBasicMaterial({ map, transparent: true, depthWrite: false })
    const width = (heightM * WIDTH_PX) / HEIGHT_PX
    const plane = new PlaneGeometry(width, heightM).translate(width / 2, heightM / 2, 0)
    // Its right is the arm's left, its top towards the arm.
    this.mesh = new Mesh(plane.rotateZ(Math.PI / 2), this.material)
    this.setTheme(theme)
  }

  setTheme({ muted }: Theme): void {
    this.material.color = new Color(muted)
  }
}

/** White on nothing: the material gives the colour. Left aligned. */
function paint(text: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH_PX
  canvas.height = HEIGHT_PX
  const context = canvas.getContext('2d')
  if (context === null) return canvas
  context.fillStyle = 'white'
  context.font = `600 ${0.9 * HEIGHT_PX}px system-ui, sans-serif`
  context.textBaseline = 'middle'
  context.fillText(text, 4, HEIGHT_PX / 2)
  return canvas
}
