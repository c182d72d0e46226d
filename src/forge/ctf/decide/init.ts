/** What a platform's set-up script does that decides something. Paths are relative to the challenge. */
export interface Setup {
  /** Places that it makes lead to the flag: `flag.txt`; absolute ones outside the challenge keep their slash. */
  readonly flagLinks: readonly string[]
  /** Files that the player does not find any more. */
  readonly removed: ReadonlySet<string>
  /** Files that the player may not read: `chmod 600`. */
  readonly hidden: ReadonlySet<string>
  /** Files that the player may run with rights. */
  readonly privileged: ReadonlySet<string>
  /** Programs that it runs once, with the file that takes what they print, where there is one. */
  readonly runs: readonly { readonly program: string; readonly output?: string }[]
  /** Where a file is moved to. */
  readonly moved: ReadonlyMap<string, string>
  /** Python modules and Debian packages that it installs. */
  readonly installs: readonly string[]
}

const home = /^(?:\/challenge\/|\.\/)/
const relative = (path: string) => path.replace(/["']/g, '').replace(home, '')

/** Reads a `.init` line by line; what it does not know it passes over. */
export function readInit(text = ''): Setup {
  const flagLinks: string[] = []
  const removed = new Set<string>()
  const hidden = new Set<string>()
  const privileged = new Set<string>()
  const runs: { program: string; output?: string }[] = []
  const moved = new Map<string, string>()
  const installs: string[] = []
  for (const raw of text.slice(0, 16 * 1024).split(/\r?\n|&&|;/)) {
    const line = raw
      .trim()
      .replace(/2>\S+/g, '')
      .replace(/^(?:sudo|nohup)\s+(?:-u \S+\s+)?/, '')
      .trim()
    if (line.startsWith('#')) continue
    const rights = /NOPASSWD:\s*(?:\/usr\/(?:local\/)?bin\/(?:python[23]?|sage|bash)\s+)?([^\s"']+)/.exec(
      line,
    )
    if (rights?.[1] && !rights[1].startsWith('/usr/')) privileged.add(relative(rights[1]))
    const link = /^ln\s+-\S+\s+\/flag\s+(\S+)/.exec(line)
    if (link?.[1]) flagLinks.push(relative(link[1]))
    const setuid = /^chmod\s+(?:u?\+s|[46]7\d\d)\s+(\S+)/.exec(line)
    if (setuid?.[1]?.startsWith('/challenge/')) privileged.add(relative(setuid[1]))
    if (/^rm\s/.test(line))
      for (const word of line.split(/\s+/).slice(1)) if (!word.startsWith('-')) removed.add(relative(word))
    for (const path of closedBy(line)) hidden.add(path)
    const move = /^mv\s+(\S+)\s+(\S+)/.exec(line)
    if (move?.[1] && move[2]) moved.set(relative(move[1]), relative(move[2]))
    const install = /^(?:pip3?|apt(?:-get)?)\s+(?:-\S+\s+)*install\s+(.+)/.exec(line)
    if (install?.[1])
      for (const word of install[1].split(/[\s|]+/)) if (/^[a-z][\w.+-]*$/i.test(word)) installs.push(word)
    const run =
      /^(?:bash\s+-c\s+["'])?(?:(?:\/usr\/bin\/)?(?:python[23]?|bash|sh|sage|node|php|perl|ruby)\s+)?(\/challenge\/[^\s"'>]+)\s*(?:>>?\s*([^\s"']+))?/.exec(
        line,
      )
    if (run?.[1])
      runs.push({ program: relative(run[1]), ...(run[2] !== undefined && { output: relative(run[2]) }) })
  }
  return { flagLinks, removed, hidden, privileged, runs, moved, installs }
}

/** The challenge's files that a `chmod` closes to all but their owner, or lets others run and not read. */
function closedBy(line: string): string[] {
  const [command, ...words] = line.split(/\s+/)
  const [mode = '', ...paths] = words.filter((word) => !/^-[Rvfc]+$/.test(word))
  const closes = /^[0-7]?[0-7][0-7][0-3]$/.test(mode) || /^(go|o|og)(-r\w*|=x?)$/.test(mode)
  if (command !== 'chmod' || !closes) return []
  return paths.filter((path) => home.test(path)).map((path) => relative(path).replace(/\/$/, ''))
}
