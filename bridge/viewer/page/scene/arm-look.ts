import { Color, type Material } from 'three'
import type { ArmDescription } from '../../../../robot/model/arm.schema.ts'
import type { Finish } from '../../meshes/arm-mesh.schema.ts'
import type { Theme } from '../theme.ts'
import { createSurface } from './surface.ts'

export interface ArmLook {
  /** Whether the parts are printed around bus servos. */
  readonly isPrinted: boolean
  readonly materials: Readonly<Record<Finish, Material>>
  /** Of an arm that is seen through: drawn before it, unseen, so that of its faces only the nearest show. */
  readonly depthOnly?: Material
  setTheme(theme: Theme): void
}

/** Printed arms with bus servos are coloured with dark motors; others are white with graphite. */
export function createArmLook(description: ArmDescription, theme: Theme): ArmLook {
  const hasServos = isPrinted(description)
  const shell = createSurface({ roughness: hasServos ? 0.62 : 0.38 })
  const motor = createSurface({ roughness: 0.45 })
  const hub = createSurface({ color: 0xb9c0c6, roughness: 0.35, metalness: 0.15 })
  const screw = createSurface({ color: 0x565d64, roughness: 0.5 })
  const setTheme = ({ arm, isDark }: Theme) => {
    motor.color = new Color(isDark ? 0x4a5158 : 0x3b4248)
    shell.color = hasServos ? new Color(arm) : new Color(0xeceef0)
  }
  setTheme(theme)
  return { isPrinted: hasServos, materials: { shell, motor, hub, screw }, setTheme }
}

/** An arm that is not there: one that another one is compared with. */
export function createGhostLook(description: ArmDescription, theme: Theme): ArmLook {
  const material = createSurface({
    transparent: true,
    opacity: 0.42,
    depthWrite: false,
    roughness: 0.8,
  })
  const setTheme = ({ setpoint }: Theme) => {
    material.color = new Color(setpoint)
  }
  setTheme(theme)
  const depthOnly = material.clone()
  depthOnly.colorWrite = false
  depthOnly.depthWrite = true
  const materials = { shell: material, motor: material, hub: material, screw: material }
  return { isPrinted: isPrinted(description), materials, depthOnly, setTheme }
}

function isPrinted({ joints }: ArmDescription): boolean {
  return joints.some(({ servo }) => servo !== undefined)
}
