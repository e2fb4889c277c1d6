import { CodedError } from '../../configs/load/coded-error.ts'
import { ACTOR_TENSORS, type ActorParameters, actorTensorShapes } from './actor-parameters.ts'

/** Throws POLICY_MISMATCH when a tensor has not the size its shape asks for. */
export function checkActorParameters(parameters: ActorParameters): void {
  const shapes = actorTensorShapes(parameters.shape)
  for (const name of ACTOR_TENSORS) {
    const expected = shapes[name].reduce((a, b) => a * b, 1)
    const found = parameters.tensors[name].length
    if (found !== expected) {
      throw new CodedError(
        'POLICY_MISMATCH',
        `actor tensor ${name} must hold ${expected} values, found ${found}`,
      )
    }
  }
}

/** Throws POLICY_MISMATCH, naming the first size that differs. */
export function checkSameShape(expected: ActorParameters, found: ActorParameters): void {
  for (const [name, size] of Object.entries(expected.shape)) {
    const other = found.shape[name as keyof typeof found.shape]
    if (other === size) continue
    throw new CodedError('POLICY_MISMATCH', `actor size ${name} must stay ${size}, found ${other}`)
  }
  checkActorParameters(found)
}
