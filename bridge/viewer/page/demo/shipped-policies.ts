/** The policies that come with sim2arm: name and where its file lies. */
const urls = import.meta.glob<string>('../../../../policy/zoo/*.onnx', {
  query: '?url',
  import: 'default',
  eager: true,
})

export const SHIPPED_POLICIES: ReadonlyMap<string, string> = new Map(
  Object.entries(urls).map(([path, url]) => [path.split('/').at(-1)!.replace('.onnx', ''), url]),
)
