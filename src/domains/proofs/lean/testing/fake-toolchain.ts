import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * No Lean: it looks for what a file imports along LEAN_PATH as Lean does (the first place that has the first part of the
 * name), and "compiles" to the source itself, with a list of what it could see. A line `-- writes FILE` is done. Of
 * `--run` it shows its work directory, its arguments and LEAN_PATH, and answers with the line `-- finds JSON` of the
 * answer, or that the theorem is proved.
 */
const program = `#!/bin/sh
fail() { echo "$1"; exit 1; }
case "$1" in
  --version) echo "Lean (version 4.99.0, x86_64-unknown-linux-gnu)"; exit ;;
  --run)
    echo "ran $* with LEAN_PATH=$LEAN_PATH in" $(ls -A)
    found="$(sed -n 's/^-- finds //p' "$4")"
    case "$found" in "") found='{"result":"proved","axioms":[]}' ;; esac
    printf %s "$found" > verdict.json
    exit ;;
  -o) out="$2"; file="$3" ;;
  *) exit 2 ;;
esac
for module in $(sed -n 's/^import //p' "$file"); do
  path="$(echo "$module" | tr . /)"
  root="\${path%%/*}"
  place=
  for each in $(echo "$LEAN_PATH" | tr : ' '); do
    if [ -d "$each/$root" ] || [ -f "$each/$root.olean" ]; then place="$each"; break; fi
  done
  [ -n "$place" ] || fail "$file:1:0: error: unknown module prefix '$root'"
  [ -f "$place/$path.olean" ] || fail "$file:1:0: error: object file '$place/$path.olean' of module $module does not exist"
done
for path in $(sed -n 's/^-- writes //p' "$file"); do echo forged > "$path" || echo "cannot write $path"; done
{ cat "$file"; } > "$out"
echo "sees" $(cd /opt/lean && find modules -type f | sort)
echo "path $PATH, sysroot $LEAN_SYSROOT, beside it" $(ls -A)
`

/** Files, by path, that a test makes below a directory. */
export function put(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const whole = join(root, path)
    mkdirSync(dirname(whole), { recursive: true })
    writeFileSync(whole, text)
    chmodSync(whole, 0o755)
  }
}

/** A toolchain below an elan's directory that is `root`, and a built project `project` that requires Mathlib. */
export function putFakeLean(root: string): void {
  put(root, {
    'toolchains/leanprover--lean4---v4.99.0/bin/lean': program,
    'project/lakefile.toml': 'name = "here"\n',
    'project/lean-toolchain': 'leanprover/lean4:v4.99.0\n',
    'project/lake-manifest.json': JSON.stringify({ name: '«my-project»', packages: [] }),
    'project/Own/Solution.lean': 'theorem t : True := trivial\n',
    'project/.lake/build/lib/lean/Own/Solution.olean': 'the proof of somebody',
    'project/.lake/packages/mathlib/Mathlib/Secret.lean': 'source',
    'project/.lake/packages/mathlib/.lake/build/lib/lean/Mathlib.olean': 'Mathlib',
    'project/.lake/packages/mathlib/.lake/build/lib/lean/Mathlib/Basic.olean': 'Mathlib.Basic',
  })
}
