/** Marks of Python 2 that Python 3 refuses. */
const two = [
  /^[ \t]{0,60}print[ \t]{1,5}(?![=(\s#,.[:]|in\b|if\b|is\b)[^\r\n]/m,
  /^[ \t]{0,60}print[ \t]{0,5}>>/m,
  /\braw_input\s{0,3}\(/,
  /^[ \t]{0,60}except[ \t]{1,5}[\w.()]{1,80}[ \t]{0,5},[ \t]{0,5}\w{1,40}[ \t]{0,5}:/m,
  /^[ \t]{0,60}(import|from)[ \t]{1,5}(urllib2|ConfigParser|SocketServer|BaseHTTPServer|SimpleHTTPServer|StringIO|cPickle|Queue|httplib|Cookie|thread|commands|sets)\b/m,
  /\.has_key\(/,
  /^[ \t]{0,60}exec[ \t]{1,5}["'a-z_]\w{0,40}([ \t]{1,5}in\b|["'])/m,
  /\bxrange\s{0,3}\(/,
  /^[ \t]{0,60}raise[ \t]{1,5}\w{1,40}[ \t]{0,5},[ \t]{0,5}["']/m,
  /\.(de|en)code\(['"](hex|base64|rot13)['"]\)/,
]

/** Marks of Python 3 that Python 2 refuses or does not have; they outweigh names such as `xrange`, which may be made there. */
const three = [
  /\bf["'][^"'\r\n]{0,300}\{/,
  /^[ \t]{0,60}(async def|from __future__ import annotations)/m,
  /:=/,
  /\bdef \w{1,60}\([^)\r\n]{0,300}\)[ \t]{0,3}->/,
  /\bint\.(from|to)_bytes\(|\.to_bytes\(/,
]

/** 2 where something in the program is no Python 3. */
export function pythonMajor(interpreter: string, text: string): 2 | 3 {
  if (/python2|python\.?2/.test(interpreter)) return 2
  const code = text.replace(/^[ \t]{0,200}#[^\r\n]{0,2000}/gm, '')
  // Programs for both say so, and have the older names only for the older Python.
  if (
    /\bsys\.version_info\b|\bexcept \(?(ImportError|NameError|ModuleNotFoundError)\b|\bimport six\b/.test(
      code,
    )
  ) {
    if (!two.slice(0, 2).some((pattern) => pattern.test(code))) return 3
  }
  return !three.some((pattern) => pattern.test(code)) && two.some((pattern) => pattern.test(code)) ? 2 : 3
}

/** Top-level names of the modules that are imported. */
export function pythonImports(text: string): string[] {
  const names = new Set<string>()
  for (const [, from, list] of text.matchAll(
    /^[ \t]{0,60}(?:from[ \t]{1,10}(\.{0,3}[\w.]{1,200})[ \t]{1,10}import\b|import[ \t]{1,10}([\w., \t]{1,400}))/gm,
  )) {
    const all = from ?? list ?? ''
    for (const each of all.split(',')) {
      const name = each.trim().split(/\s/)[0]?.split('.')[0]
      if (name && names.size < 200) names.add(name)
    }
  }
  return [...names]
}
