const PROGRAMS = /swiftshader|llvmpipe|softpipe|software|basic render/i

/** Whether this browser draws without a graphics card. */
export function isDrawnInSoftware(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2')
  const names = gl?.getExtension('WEBGL_debug_renderer_info')
  if (!gl || !names) return false
  const name = String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL))
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return PROGRAMS.test(name)
}
