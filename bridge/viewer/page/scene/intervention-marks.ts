import { InstancedMesh, Matrix4, MeshBasicMaterial, OctahedronGeometry } from 'three'
import type { Vector3 } from '../../frames.ts'
import type { Theme } from '../theme.ts'

const MAX_MARKS = 20

/** Where the tool was when safety stepped in: the last times. */
export class InterventionMarks {
  readonly mesh: InstancedMesh
  private readonly material = new MeshBasicMaterial({
    transparent: true,
    opacity: 0.75,
    toneMapped: false,
    depthTest: false,
  })
  private readonly matrix = new Matrix4()
  private numMarked = 0

  constructor(radiusM: number, theme: Theme) {
    this.mesh = new InstancedMesh(new OctahedronGeometry(radiusM), this.material, MAX_MARKS)
    this.mesh.count = 0
    this.mesh.frustumCulled = false
    this.mesh.renderOrder = 8
    this.setTheme(theme)
  }

  add([x, y, z]: Vector3): void {
    this.matrix.makeTranslation(x, y, z)
    this.mesh.setMatrixAt(this.numMarked % MAX_MARKS, this.matrix)
    this.mesh.instanceMatrix.needsUpdate = true
    this.numMarked++
    this.mesh.count = Math.min(MAX_MARKS, this.numMarked)
  }

  clear(): void {
    this.numMarked = 0
    this.mesh.count = 0
  }

  setTheme({ miss }: Theme): void {
    this.material.color.set(miss)
  }
}
