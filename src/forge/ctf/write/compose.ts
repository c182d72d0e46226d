import { Document, Scalar } from 'yaml'
import type { ServicePlan } from '../plan.ts'

/** `docker-compose.yml` in the form of NYU CTF Bench: the server in the network `ctfnet`, under the name that players are told. */
export function composeOf(service: ServicePlan, dockerfile: string): string {
  const { name, port, memoryMb } = service
  const context = `./services/${name}`
  const ports = new Scalar(`${port}:${port}`)
  // Unquoted, older readers take two numbers with a colon for one of base 60.
  ports.type = Scalar.QUOTE_DOUBLE
  const document = new Document(
    {
      services: {
        [name]: {
          build: dockerfile === 'Dockerfile' ? context : { context, dockerfile },
          mem_limit: `${memoryMb}m`,
          ports: [ports],
          networks: { ctfnet: { aliases: [name] } },
        },
      },
      networks: { ctfnet: { external: true } },
    },
    // Quotes what version 1.1 of YAML takes for something else: a service called `no` or `on`.
    { schema: 'yaml-1.1' },
  )
  document.commentBefore = ' The network has to be there: docker network create ctfnet'
  return document.toString({ lineWidth: 0 })
}
