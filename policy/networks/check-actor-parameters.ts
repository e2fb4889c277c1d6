import { CodedError } from '../../configs/load/coded-error.ts'
import { type ActorParameters, actorTensorNames, actorTensorShapes } from './actor-parameters.ts'

/** Throws POLICY_MISMATCH when a tensor is missing or has not the size its shape asks for. */
export function checkActorParameters(parameters: ActorParameters): void {
  const shapes = actorTensorShapes(parameters.shape)
  for (const name of actorTensorNames(parameters.shape)) {
    const expected = shapes[name]!.reduce((a, b) => a * b, 1)
    const found = parameters.tensors[name]?.length ?? 0
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
  const names = new Set([...Object.keys(expected.shape), ...Object.keys(found.shape)])
  for (const name of names as Set<keyof ActorParameters['shape']>) {
    const [size, other] = [expected.shape[name], found.shape[name]]
    if (other === size) continue
    throw new CodedError('POLICY_MISMATCH', `actor size ${name} must stay ${size}, found ${other}`)
  }
  checkActorParameters(found)
}
