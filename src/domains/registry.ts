import type { Domain, SuiteLoader } from '../core/domain.ts'
import { UsageError } from '../core/errors.ts'

/** Every domain, imported when used. A new domain is a folder and a line here. */
const domains: Readonly<Record<string, () => Promise<Domain>>> = {
  hardware: async () => (await import('./hardware/index.ts')).hardware as Domain,
  security: async () => (await import('./security/index.ts')).security as Domain,
  proofs: async () => (await import('./proofs/index.ts')).proofs as Domain,
  kernels: async () => (await import('./kernels/index.ts')).kernels as Domain,
}

export const domainNames: readonly string[] = Object.keys(domains)

/** Throws `UsageError` (`unknown-domain`) that lists the domains there are. */
export async function domainOf(name: string): Promise<Domain> {
  const load = Object.hasOwn(domains, name) ? domains[name] : undefined
  if (!load) {
    throw new UsageError(
      'unknown-domain',
      `there is no domain "${name}"; there are: ${domainNames.join(', ')}`,
    )
  }
  return load()
}

export async function allDomains(): Promise<Domain[]> {
  return Promise.all(domainNames.map(domainOf))
}

/** The loader of a benchmark's own layout. Throws `UsageError` (`unknown-loader`) that lists the loaders there are. */
export async function loaderOf(name: string): Promise<SuiteLoader> {
  const loaders = (await allDomains()).flatMap((domain) => domain.loaders)
  const loader = loaders.find((candidate) => candidate.name === name)
  if (!loader) {
    const names = loaders.map((candidate) => candidate.name).join(', ')
    throw new UsageError('unknown-loader', `no loader is called "${name}"; there are: ${names}`)
  }
  return loader
}
