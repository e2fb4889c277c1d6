import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Path of a browser, undefined where none is installed. */
export const browserPath = CANDIDATES.find((path) => existsSync(path))

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath!,
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-background-networking',
    ],
  })
}

/** A browser for the tests of the group that this is called in. @returns it, once they run */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })
  return () => browser!
}

export interface WatchedPage {
  readonly page: Page
  /** Errors and warnings on the console, failed requests, exceptions. Not what is given up because the page is left. */
  readonly complaints: string[]
  /** Hosts that anything was asked of. */
  readonly hosts: Set<string>
}

/** A window as people have it, of a quarter of the pixels: they are drawn without a GPU. */
export function newPage(browser: Browser): Promise<Page> {
  return browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 0.5 })
}

export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  return watchPage(await newPage(browser), url)
}

/** Opens an address in a page of the caller's. */
export async function watchPage(page: Page, url: string): Promise<WatchedPage> {
  const complaints: string[] = []
  const hosts = new Set<string>()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') {
      complaints.push(`failed: ${request.url()}`)
    }
  })
  page.on('request', (request) => hosts.add(new URL(request.url()).host))
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).host))
  await page.goto(url)
  return { page, complaints, hosts }
}

export interface PictureColors {
  readonly distinct: number
  /** Share of the picture that is clearly of that colour. */
  readonly orange: number
  readonly blue: number
  readonly green: number
}

/** Colours on the 3D canvas as a person sees them. */
export async function canvasColors(page: Page): Promise<PictureColors> {
  const png = await page.locator('.stage').screenshot()
  return page.evaluate(`(${COUNT_COLORS})("${png.toString('base64')}")`)
}

/** Runs in the browser, which can decode pictures. */
const COUNT_COLORS = `async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
  context.drawImage(bitmap, 0, 0)
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
  const seen = new Set()
  const counts = { orange: 0, blue: 0, green: 0 }
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]]
    seen.add((r << 16) | (g << 8) | b)
    if (r > g + 40 && g > b + 40) counts.orange++
    if (b > r + 60 && b > g + 40) counts.blue++
    if (g > r + 15 && g > b + 8) counts.green++
  }
  const share = (count) => (4 * count) / data.length
  const { orange, blue, green } = counts
  return { distinct: seen.size, orange: share(orange), blue: share(blue), green: share(green) }
}`
