/** Where the pose of one of a task's objects is told: of the first at `/object/pose`. */
export function objectTopic(objects: readonly { readonly name: string }[], index: number): string {
  return index === 0 ? '/object/pose' : `/object/${objects[index]!.name}/pose`
}
