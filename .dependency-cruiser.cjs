// The arrows between the rooms (docs/architecture.md). A room may import itself and the rooms listed for it.
const rooms = {
  core: [],
  pages: [],
  sandbox: ['core'],
  models: ['core'],
  agents: ['core', 'models'],
  domains: ['core', 'sandbox', 'models'],
  forge: ['core', 'pages', 'sandbox', 'models', 'domains'],
  runs: ['core', 'pages', 'sandbox', 'models', 'agents', 'domains'],
}
const forbidden = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: [room, ...allowed].map((name) => `^src/${name}/`) },
}))
module.exports = {
  forbidden: [
    ...forbidden,
    {
      name: 'domains-do-not-import-one-another',
      severity: 'error',
      from: { path: '^src/domains/([^/]+)/' },
      to: { path: '^src/domains/[^/]+/', pathNot: '^src/domains/$1/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'product-does-not-import-dev-tools',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsConfig: { fileName: 'tsconfig.json' }, tsPreCompilationDeps: true, enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node'] } },
}
