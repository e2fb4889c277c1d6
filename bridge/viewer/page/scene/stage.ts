import {
  ACESFilmicToneMapping,
  DirectionalLight,
  Group,
  HemisphereLight,
  PCFShadowMap,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three'
import { OrbitControls } from 'three/addons/controls/OrbitControls.js'
import type { Theme } from '../theme.ts'
import { DrawPacer } from './draw-pacer.ts'

const MAX_PIXEL_RATIO = 2
const SHADOW_MAP_SIZE = 1024

/** Direction from the target to the camera, base frame: in front of the arm, to its right, above. */
const VIEW_DIRECTION = { x: 0.8, y: -0.72, z: 0.62 }

/**
 * Camera, lights and renderer. `world` is the arm's base frame (z up); the turn to three's y-up frame is
 * made here and nowhere else. Draws only when asked to: nothing runs while nothing moves.
 */
export class Stage {
  /** Base frame: x forward, y left, z up [m]. */
  readonly world = new Group()
  private readonly renderer: WebGLRenderer
  private readonly scene = new Scene()
  private readonly camera = new PerspectiveCamera(32, 1, 0.01, 20)
  private readonly controls: OrbitControls
  private readonly sun = new DirectionalLight(0xfff4e6, 2.2)
  private readonly sky = new HemisphereLight(0xffffff, 0x8c8478, 0.5)
  private readonly fill = new DirectionalLight(0xdfe8ff, 0.6)
  private readonly pacer = new DrawPacer()
  private isAsked = false
  private reachM = 0.25

  /** Throws where the browser has no WebGL 2. */
  constructor(canvas: HTMLCanvasElement) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true })
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, MAX_PIXEL_RATIO))
    this.renderer.toneMapping = ACESFilmicToneMapping
    this.renderer.shadowMap.enabled = true
    this.renderer.shadowMap.type = PCFShadowMap
    this.world.rotation.x = -Math.PI / 2
    this.sun.castShadow = true
    this.sun.shadow.mapSize.set(SHADOW_MAP_SIZE, SHADOW_MAP_SIZE)
    this.sun.shadow.radius = 5
    this.fill.position.set(1, 0.6, 1.4)
    this.scene.add(this.world, this.sun, this.sun.target, this.sky, this.fill)
    this.controls = new OrbitControls(this.camera, canvas)
    this.controls.maxPolarAngle = Math.PI / 2 - 0.03
    this.controls.addEventListener('change', () => this.requestDraw())
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

  /** Sizes view, light and shadow for an arm that works `reachM` in front of its base. */
  setReach(reachM: number): void {
    this.reachM = reachM
    this.sun.position.set(0.3 * reachM, 3.4 * reachM, 1.7 * reachM)
    this.sun.target.position.set(0.7 * reachM, 0, 0)
    const { camera } = this.sun.shadow
    const half = 2.6 * reachM
    camera.left = -half
    camera.right = half
    camera.top = half
    camera.bottom = -half
    camera.near = 0.5 * reachM
    camera.far = 8 * reachM
    camera.updateProjectionMatrix()
    this.sun.shadow.normalBias = 0.01 * reachM
    this.sun.shadow.bias = -0.0004
    this.controls.minDistance = 0.6 * reachM
    this.controls.maxDistance = 9 * reachM
    this.resetCamera()
  }

  resetCamera(): void {
    const { reachM } = this
    // Narrow windows look from farther away, so that the whole work area stays in view.
    const distanceM = (3.8 * reachM) / Math.min(1, Math.max(0.55, this.camera.aspect / 1.15))
    const { x, y, z } = VIEW_DIRECTION
    const direction = new Vector3(x, z, -y).normalize()
    this.controls.target.set(0.72 * reachM, 0.3 * reachM, 0)
    this.camera.position.copy(this.controls.target).addScaledVector(direction, distanceM)
    this.controls.update()
    this.requestDraw()
  }

  /** Draws once, as soon as the display and the graphics card are ready for it. */
  requestDraw(): void {
    if (this.isAsked) return
    this.isAsked = true
    const drawWhenReady = () => {
      const gl = this.renderer.getContext() as WebGL2RenderingContext
      if (!this.pacer.isReady(gl, performance.now())) {
        requestAnimationFrame(drawWhenReady)
        return
      }
      this.isAsked = false
      this.renderer.render(this.scene, this.camera)
      this.pacer.begin(gl, performance.now())
    }
    requestAnimationFrame(drawWhenReady)
  }

  private fit(): void {
    const { clientWidth, clientHeight } = this.renderer.domElement.parentElement!
    if (clientWidth === 0 || clientHeight === 0) return
    this.renderer.setSize(clientWidth, clientHeight, false)
    this.camera.aspect = clientWidth / clientHeight
    this.camera.updateProjectionMatrix()
    this.requestDraw()
  }
}
