import type { FileFacts } from '../facts.ts'
import type { FileSource } from '../plan.ts'
import type { View } from './view.ts'

/** Where the wrapper is, in the service's files. */
export const showScript = 'show.sh'

/**
 * Whether a script writes what it makes into files and says nothing: the platform ran it once before players came. Seen by
 * `.init`, which keeps nothing of what it prints, or by the name of an encrypted flag in it.
 */
export function writesFiles({ path, script, flagPaths }: FileFacts, { setup }: View): boolean {
  if (script?.language !== 'python' || script.asks || script.serves !== undefined) return false
  const run = setup.runs.find(({ program }) => program === path || setup.moved.get(path) === program)
  return run ? run.output === undefined : flagPaths.some((each) => /\.(enc|encrypted)$/.test(each))
}

/** Runs the command in its arguments, then prints each file that it wrote; those that are no text in Base64. */
export const show: FileSource = {
  path: showScript,
  text: `# For one connection: runs the program, then shows what it wrote.
begun=$(mktemp)
"$@"
find . -type f -newer "$begun" ! -path '*/__pycache__/*' | sort | while read -r file; do
  if grep -qI . "$file"; then
    echo "--- $file"
    cat "$file"
  else
    echo "--- $file, in Base64"
    base64 "$file"
  fi
done
`,
}
