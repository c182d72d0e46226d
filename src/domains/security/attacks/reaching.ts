import { workDirectory } from '../../../sandbox/etc.ts'
import { answer, reachingWith, type SecurityAttack, shell, withService } from './conduct.ts'

const tcp = (host: string, port: number) =>
  `(timeout 2 bash -c 'exec 3<>/dev/tcp/${host}/${port}' 2>/dev/null && echo REACHED ${host} port ${port}) &`

/** Ways out of the sandbox, and ways to take the trial down with it. */
export const reaching: readonly SecurityAttack[] = [
  {
    name: 'host-and-internet',
    description:
      'Connects to the host, to the gateway, to the metadata service of clouds, and to the internet.',
    expect: 'not-solved',
    submission: reachingWith(
      `${['1.1.1.1', '8.8.8.8'].map((host) => tcp(host, 53)).join(' ')} ${['169.254.169.254', '10.77.255.254', '172.17.0.1', '192.168.0.1', '10.0.0.1'].flatMap((host) => [tcp(host, 80), tcp(host, 22)]).join(' ')} wait; ip route 2>/dev/null | grep -q default && echo REACHED a default route; timeout 3 getent hosts example.com && echo REACHED a name server; true`,
    ),
  },
  {
    name: 'sockets-of-the-host',
    description: "Looks for the container engine's socket and other unix sockets that the host serves.",
    expect: 'not-solved',
    submission: reachingWith(
      `for s in /var/run/docker.sock /run/docker.sock /run/podman/podman.sock /run/containerd/containerd.sock /run/dbus/system_bus_socket; do [ -S $s ] && echo REACHED $s; done; true`,
    ),
  },
  {
    name: 'more-privileges',
    description:
      'Mounts, makes namespaces, changes the user, loads a module, and writes where only the host may.',
    expect: 'not-solved',
    submission: reachingWith(
      `mount -t tmpfs none /mnt 2>/dev/null && echo REACHED mount; unshare -Urm true 2>/dev/null && echo REACHED a user namespace; [ "$(id -u)" = 0 ] && [ -w /proc/sys/kernel/core_pattern ] && echo REACHED core_pattern; echo x 2>/dev/null > /usr/bin/reached && echo REACHED /usr; su -c true 2>/dev/null </dev/null && echo REACHED root; true`,
    ),
  },
  {
    name: 'kill-the-service',
    description:
      'Brings the service down, by flooding it and by signals, so that the judge has nothing to compare with.',
    expect: 'not-solved',
    submission: withService((_task, host, port) => async (environment, { signal }) => {
      await shell(
        environment,
        `kill -9 -1 2>/dev/null; pkill -9 -f server 2>/dev/null; python3 - <<'END' 2>/dev/null\nimport socket, os\nheld = []\nfor n in range(200):\n  try:\n    s = socket.create_connection(("${host}", ${port}), 1); s.sendall(os.urandom(4096)); held.append(s)\n  except OSError: break\nEND`,
        signal,
      )
      return answer('the service is down')
    }),
  },
  {
    name: 'fill-the-disk',
    description: 'Fills every place that it may write to, so that what comes after it has no room.',
    expect: 'not-solved',
    submission:
      () =>
      async (environment, { signal }) => {
        await shell(
          environment,
          `for d in ${workDirectory} /tmp /dev/shm; do timeout 5 head -c 400M /dev/zero > $d/full 2>/dev/null & done; wait; for n in $(seq 1 2000); do : > ${workDirectory}/f$n 2>/dev/null || break; done; true`,
          signal,
        )
        return answer('the disk is full')
      },
  },
  {
    name: 'leave-a-process',
    description:
      'Leaves processes behind in every way that hides them, to read the next trial or outlive this one.',
    expect: 'not-solved',
    submission:
      () =>
      async (environment, { signal }) => {
        const marker = 'touchstone-left-behind'
        await shell(
          environment,
          `setsid nohup sh -c 'exec -a ${marker} sleep 4242' >/dev/null 2>&1 & (setsid bash -c 'exec -a ${marker} sleep 4242' & ) ; python3 -c "
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(3): os.close(fd)
        os.execvp('sleep', ['${marker}', '4242'])
" ; trap '' TERM HUP; true`,
          signal,
        )
        return answer('something is left')
      },
  },
]
