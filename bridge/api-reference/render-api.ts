import type { ApiEntry } from './read-api.ts'

/** One entry point of the package. */
export interface ApiModule {
  /** As it is imported: `sim2arm/robot`. */
  readonly specifier: string
  readonly entries: readonly ApiEntry[]
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 56rem; margin: 0 auto; padding: 1.5rem; }
nav ul { columns: 14rem; padding: 0; list-style: none; }
pre { overflow-x: auto; padding: 0.7rem; border: 1px solid color-mix(in srgb, currentcolor 20%, transparent); border-radius: 6px; font-size: 13px; }
h3 { margin: 2rem 0 0.3rem; }
h3 small { font-weight: 400; opacity: 0.75; }
.doc { white-space: pre-line; }
`

/** The reference as one page that needs nothing else. */
export function renderApi(modules: readonly ApiModule[], version: string): string {
  const contents = modules.map(({ entries, specifier }) => {
    const links = entries.map(
      ({ name }) => `<li><a href="#${idOf(specifier, name)}">${name}</a></li>`,
    )
    return `<h2><a href="#${idOf(specifier)}">${specifier}</a></h2>\n<ul>${links.join('')}</ul>`
  })
  const sections = modules.map(({ entries, specifier }) => {
    const parts = entries.map((entry) => renderEntry(specifier, entry))
    return `<section>\n<h2 id="${idOf(specifier)}">${specifier}</h2>\n${parts.join('\n')}\n</section>`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>sim2arm ${version}: API</title>
<style>${STYLE}</style>
</head>
<body>
<h1>sim2arm ${version}</h1>
<p>What each entry point of the package exports, from the doc comments. SI units; lengths of arrays in square brackets; quaternions x, y, z, w.</p>
<nav>
${contents.join('\n')}
</nav>
<main>
${sections.join('\n')}
</main>
</body>
</html>
`
}

function renderEntry(specifier: string, { declaration, doc, kind, name }: ApiEntry): string {
  return `<h3 id="${idOf(specifier, name)}">${name} <small>${kind}</small></h3>
<p class="doc">${escaped(doc)}</p>
<pre><code>${escaped(declaration)}</code></pre>`
}

function idOf(specifier: string, name = ''): string {
  return `${specifier.replaceAll('/', '-')}${name === '' ? '' : `.${name}`}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
