const PROGRAMS = /swiftshader|llvmpipe|softpipe|software|basic render/i

let found: boolean | undefined

/** Whether this browser draws without a graphics card. */
export function isDrawnInSoftware(): boolean {
  found ??= PROGRAMS.test(rendererName())
  return found
}

/** Empty where the browser does not tell. */
function rendererName(): string {
  const gl = document.createElement('canvas').getContext('webgl2')
  const names = gl?.getExtension('WEBGL_debug_renderer_info')
  if (!gl || !names) return ''
  const name = String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL))
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return name
}
