import {
  ACESFilmicToneMapping,
  BasicShadowMap,
  DirectionalLight,
  Group,
  HemisphereLight,
  PCFShadowMap,
  PerspectiveCamera,
  Plane,
  Raycaster,
  Scene,
  Vector2,
  Vector3,
  WebGLRenderer,
} from 'three'
import { OrbitControls } from 'three/addons/controls/OrbitControls.js'
import type { StatusLine } from '../panel/status-line.ts'
import type { Theme } from '../theme.ts'
import { DrawPacer } from './draw-pacer.ts'
import { isDrawnInSoftware } from './drawn-in-software.ts'
import type { Place } from './grid-layout.ts'
import { FIELD_OF_VIEW_DEG, type StageView } from './stage-view.ts'

/** Pixels along a side of one of the page's; where the processor draws, every one costs. */
const MAX_PIXEL_RATIO = { card: 2, software: 1 }
/** From a lit place towards the sun, base frame, and how far away the sun is, of the lit radius. */
const SUN = { direction: new Vector3(-0.4, -1.7, 3.4).normalize(), distance: 1.5 }
/** How far the camera may go away, of the distance it starts from. */
const FARTHEST = 2.4

/**
 * Camera, lights and renderer. `world` is the arms' base frame (z up); the turn to three's y-up frame is
 * made here and nowhere else. Draws only when asked to: nothing runs while nothing moves.
 */
export class Stage {
  /** Base frame: x forward, y left, z up [m]. */
  readonly world = new Group()
  /** Puts everything where it belongs, once for every picture. */
  beforeDraw: () => void = () => {}
  private readonly renderer: WebGLRenderer
  private readonly scene = new Scene()
  private readonly camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, 1)
  private readonly controls: OrbitControls
  private readonly sun = new DirectionalLight(0xfff4e6, 2.2)
  private readonly sky = new HemisphereLight(0xffffff, 0x8c8478, 0.5)
  private readonly fill = new DirectionalLight(0xdfe8ff, 0.6)
  private readonly pacer = new DrawPacer()
  private readonly raycaster = new Raycaster()
  private isAsked = false
  private hasSize = false
  /** Whether somebody has turned the view: it is left as it is then. */
  private isTurned = false
  private numDrawn = 0
  private view: StageView | undefined

  /** Throws where the browser has no WebGL 2. Where the processor draws, edges are not smoothed. */
  constructor(canvas: HTMLCanvasElement) {
    const isSoftware = isDrawnInSoftware()
    this.renderer = new WebGLRenderer({ canvas, antialias: !isSoftware, alpha: true })
    const maxRatio = MAX_PIXEL_RATIO[isSoftware ? 'software' : 'card']
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, maxRatio))
    this.renderer.toneMapping = ACESFilmicToneMapping
    this.renderer.shadowMap.enabled = true
    this.renderer.shadowMap.type = isSoftware ? BasicShadowMap : PCFShadowMap
    this.world.rotation.x = -Math.PI / 2
    this.sun.castShadow = true
    this.sun.shadow.radius = 5
    this.fill.position.set(1, 0.6, 1.4)
    this.scene.add(this.world, this.sun, this.sun.target, this.sky, this.fill)
    this.controls = new OrbitControls(this.camera, canvas)
    this.controls.maxPolarAngle = Math.PI / 2 - 0.03
    this.controls.addEventListener('change', () => this.requestDraw())
    this.controls.addEventListener('start', () => {
      this.isTurned = true
    })
    new ResizeObserver(() => this.fit()).observe(canvas.parentElement!)
    this.fit()
  }

  setTheme({ isDark }: Theme): void {
    this.renderer.toneMappingExposure = isDark ? 0.85 : 1
    this.sun.intensity = isDark ? 2 : 2.4
    this.sky.intensity = isDark ? 0.9 : 1.5
    this.fill.intensity = isDark ? 0.5 : 0.7
    this.requestDraw()
  }

  /** Sets up camera, light and shadow for what is to be seen. */
  setView(view: StageView): void {
    this.view = view
    this.pacer.busyShare = view.busyShare
    const { centre, radiusM, shadowMapPx } = view.lit
    const ground = toThree(centre.x, centre.y, 0)
    const { x, y, z } = SUN.direction
    this.sun.target.position.copy(ground)
    this.sun.position.copy(ground).addScaledVector(toThree(x, y, z), SUN.distance * radiusM)
    this.sun.castShadow = shadowMapPx > 0
    const { camera, mapSize } = this.sun.shadow
    if (shadowMapPx > 0) mapSize.set(shadowMapPx, shadowMapPx)
    camera.left = -radiusM
    camera.right = radiusM
    camera.top = radiusM
    camera.bottom = -radiusM
    camera.near = 0.2 * radiusM
    camera.far = 3 * radiusM
    camera.updateProjectionMatrix()
    // Two texels of the map.
    this.sun.shadow.normalBias = (4 * radiusM) / mapSize.x
    this.sun.shadow.bias = -0.0004
    this.controls.minDistance = view.nearestM
    this.resetCamera()
  }

  resetCamera(): void {
    if (this.view === undefined) return
    this.isTurned = false
    const { target, distanceM } = this.view.aim(this.camera.aspect)
    this.controls.maxDistance = FARTHEST * distanceM
    this.camera.near = distanceM / 100
    this.camera.far = 2 * FARTHEST * distanceM
    this.camera.updateProjectionMatrix()
    this.controls.target.copy(toThree(...target))
    this.camera.position
      .copy(this.controls.target)
      .addScaledVector(toThree(...this.view.direction).normalize(), distanceM)
    this.controls.update()
    this.requestDraw()
  }

  /** The place on the ground under a point of the window, base frame; undefined where there is only sky. */
  groundAt(clientX: number, clientY: number): Place | undefined {
    const { left, top, width, height } = this.renderer.domElement.getBoundingClientRect()
    const x = (2 * (clientX - left)) / width - 1
    const y = 1 - (2 * (clientY - top)) / height
    this.raycaster.setFromCamera(new Vector2(x, y), this.camera)
    const found = this.raycaster.ray.intersectPlane(GROUND, new Vector3())
    return found === null ? undefined : { x: found.x, y: -found.z }
  }

  /** Draws once, as soon as the display and the graphics card are ready for it. */
  requestDraw(): void {
    if (this.isAsked) return
    this.isAsked = true
    const drawWhenReady = () => {
      const gl = this.renderer.getContext() as WebGL2RenderingContext
      if (!this.pacer.isReady()) {
        requestAnimationFrame(drawWhenReady)
        return
      }
      this.isAsked = false
      this.resize()
      this.beforeDraw()
      this.renderer.render(this.scene, this.camera)
      this.pacer.begin(gl)
      this.numDrawn++
      this.renderer.domElement.dataset['drawn'] = String(this.numDrawn)
    }
    requestAnimationFrame(drawWhenReady)
  }

  /** A picture of another size is empty: it gets its size together with its content. */
  private resize(): void {
    if (this.hasSize) return
    const { clientWidth, clientHeight } = this.renderer.domElement.parentElement!
    this.renderer.setSize(clientWidth, clientHeight, false)
    this.hasSize = true
  }

  private fit(): void {
    const { clientWidth, clientHeight } = this.renderer.domElement.parentElement!
    if (clientWidth === 0 || clientHeight === 0) return
    this.hasSize = false
    this.camera.aspect = clientWidth / clientHeight
    this.camera.updateProjectionMatrix()
    if (!this.isTurned) this.resetCamera()
    this.requestDraw()
  }
}

/** Undefined, and said, where the browser has no WebGL 2. */
export function createStage(canvas: HTMLCanvasElement, status: StatusLine): Stage | undefined {
  try {
    return new Stage(canvas)
  } catch {
    status.setLasting('No 3D here (WebGL 2 is missing or switched off); the figures still work.')
    return undefined
  }
}

const GROUND = new Plane(new Vector3(0, 1, 0), 0)

/** From the base frame (z up) to three's (y up). */
function toThree(x: number, y: number, z: number): Vector3 {
  return new Vector3(x, z, -y)
}
