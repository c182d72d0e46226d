/** Where a source's module goes: `Some/File.lean` is `Some/File.olean`, the module `Some.File`. */
export function oleanOf(path: string): string {
  return path.replace(/\.lean$/, '.olean')
}

/** The command that compiles a file, called where its path begins, to the module that its path names. */
export function leanCompile(path: string): string[] {
  return ['lean', '-o', oleanOf(path), path]
}
