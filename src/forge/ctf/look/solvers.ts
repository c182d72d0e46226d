/** Directories of what solves a challenge. */
const directory =
  /(^|\/)(sol|test_solver|solve|solver|solvers|solution|solutions|writeups?|write-ups?|exploits?)\//i
const file =
  /(^|\/)((x|sol|solve|solver|solves|solution|exploit|exp|write-?up)|(my|my_|ex_|the_|test_)?(solve|solver|solution|exploit|sploit)([._-]?\w{1,20})?|\w{1,30}[._-](solve|solver|solution|exploit|sploit|writeup))\.(py|sage|sh|rb|js|ts|c|cpp|rs|go|java|md|txt|ipynb|pdf|pl|php|html|gdb)$/i

/** Whether a file solves the challenge, tells how, or comes with what does: never for players. */
export function isSolver(path: string): boolean {
  return directory.test(path) || file.test(path) || /(^|\/)(solve|solver)$/i.test(path)
}
