import { Color, Group } from 'three'
import { clamp } from '../../../../robot/model/scalar.ts'
import type { ObjectScene } from '../../frames.ts'
import type { Theme } from '../theme.ts'
import { addBlock } from './block-shape.ts'
import { addPuck } from './puck-shape.ts'
import { createSurface, type Surface } from './surface.ts'

/** A measurement of this age is as good as new, then it fades for so long [s]. */
const [FRESH_S, FADING_S] = [0.3, 1.2]
const LEAST_OPACITY = 0.3

/** What an object is made of. */
export interface ObjectMaterials {
  readonly body: Surface
  /** Light discs and plates on top. */
  readonly inlay: Surface
}

/** Materials of all objects that are shown. */
export interface ObjectLook {
  /** Of the object that the task is about. */
  readonly first: ObjectMaterials
  readonly others: ObjectMaterials
  /** The older what was seen of the first object, the fainter it is [s]. */
  setAge(ageS: number): void
  setTheme(theme: Theme): void
}

export function createObjectLook(theme: Theme): ObjectLook {
  const inlay = createSurface({ color: 0xf4f6f8, roughness: 0.55 })
  const first = createSurface({ roughness: 0.42 })
  const others = createSurface({ roughness: 0.42 })
  const setTheme = ({ object, other }: Theme) => {
    first.color = new Color(object)
    others.color = new Color(other)
  }
  setTheme(theme)
  const setAge = (ageS: number) => {
    const opacity = clamp(1 - (ageS - FRESH_S) / FADING_S, LEAST_OPACITY, 1)
    if (first.opacity === opacity) return
    first.opacity = opacity
    first.transparent = opacity < 1
    first.needsUpdate = true
  }
  return { first: { body: first, inlay }, others: { body: others, inlay }, setAge, setTheme }
}

/** An object in its own frame, which stands in its middle. */
export function createObjectFigure(object: ObjectScene, materials: ObjectMaterials): Group {
  const group = new Group()
  if (object.kind === 'cylinder') addPuck(group, object.halfSizeM, materials)
  else addBlock(group, object, materials)
  return group
}
