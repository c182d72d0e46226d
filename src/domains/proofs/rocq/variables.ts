/**
 * Environment of Rocq's programs in a sandbox. They look plug-ins up through findlib, which refuses to start without a
 * configuration; a sandbox's `/etc` has none, and an empty one is enough where OCaml's directories are the usual ones.
 */
export const rocqVariables: Readonly<Record<string, string>> = { OCAMLFIND_CONF: '/dev/null' }
