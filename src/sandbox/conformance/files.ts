import assert from 'node:assert/strict'
import { fileSet } from '../../core/files.ts'
import { type Case, inSandbox, says, shell, text } from './case.ts'

const one = (path: string, content = 'x') => new Map([[path, Buffer.from(content)]])

/** Files in and out, against whoever owns the work directory. */
export const files: readonly Case[] = [
  {
    name: 'writes, reads and lists files, which belong to the sandbox',
    run: (backend) =>
      inSandbox(
        backend,
        { files: fileSet({ 'a/b/c.txt': 'deep', 'run.sh': '#!/bin/sh\necho ran' }) },
        async (sandbox) => {
          assert.equal(
            await says(
              sandbox,
              './run.sh; cat a/b/c.txt; echo more >> a/b/c.txt; rm run.sh; mkdir a/d && echo made > a/d/e',
            ),
            'ran\ndeep',
          )
          assert.equal(text(await sandbox.read('a/b/c.txt')), 'deepmore\n')
          assert.deepEqual(await sandbox.list(), ['a/b/c.txt', 'a/d/e'])
          await sandbox.write(fileSet({ 'a/b/c.txt': 'new' }))
          assert.equal(await says(sandbox, 'cat a/b/c.txt'), 'new')
          assert.equal(await sandbox.read('missing/file'), undefined)
          assert.equal(await sandbox.read('a'), undefined)
        },
      ),
  },
  {
    name: 'has links at absolute paths that lead into the work directory, and nowhere else',
    run: async (backend) => {
      const links = { '/flag': 'secret/flag.txt', '/challenge': '', '/home/ctf/data': 'data' }
      const files = fileSet({ 'secret/flag.txt': 'planted', 'data/x': 'deep' })
      await inSandbox(backend, { files, links }, async (sandbox) => {
        assert.equal(
          await says(sandbox, 'cat /flag /challenge/data/x /home/ctf/data/x; ls /home'),
          'planteddeepdeepctf',
        )
        assert.equal(
          await says(sandbox, 'echo new > /challenge/y; cat y; rm /flag || cat /flag'),
          'new\nplanted',
        )
      })
      for (const wrong of [
        { '/etc/x': 'x' },
        { '/work': '' },
        { flag: 'x' },
        { '/a/../etc/x': 'x' },
        { '/a': 'x', '/a/b': 'x' },
        { '/a': '../x' },
        { '/a': '/etc' },
        { '/a\n/etc/b': 'x' },
      ])
        await assert.rejects(
          inSandbox(backend, { links: wrong as Record<string, string> }, async () => {}),
          { code: 'bad-link' },
          JSON.stringify(wrong),
        )
    },
  },
  {
    name: 'refuses paths that leave the work directory',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        for (const path of ['/etc/passwd', '../x', 'a/../../x', 'a//b', './a', '']) {
          await assert.rejects(sandbox.read(path), { code: 'bad-path' }, path)
          await assert.rejects(sandbox.write(one(path)), { code: 'bad-path' }, path)
        }
      }),
  },
  {
    name: 'does not follow links out, reading or writing',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        await shell(
          sandbox,
          'ln -s /etc/passwd link; ln -s / out; ln -s ../../../etc up; mkdir real; ln -s real in',
        )
        for (const path of ['link', 'out/etc/passwd', 'up/passwd'])
          assert.equal(await sandbox.read(path), undefined, path)
        await assert.rejects(sandbox.write(one('out/tmp/escaped')), { code: 'bad-path' })
        await assert.rejects(sandbox.write(one('in/x')), { code: 'bad-path' })
        await sandbox.write(one('link', 'replaced'))
        assert.equal(text(await sandbox.read('link')), 'replaced')
        assert.notEqual(await says(sandbox, 'cat /etc/passwd'), 'replaced')
        assert.deepEqual(await sandbox.list(), ['link'])
      }),
  },
  {
    name: 'a directory that turns into a link meanwhile leads nowhere',
    run: (backend) =>
      inSandbox(backend, { files: fileSet({ 'spare/passwd': 'inside' }) }, async (sandbox) => {
        await shell(sandbox, 'ln -s /etc evil; mv spare d')
        const swapping = await sandbox.start([
          '/bin/sh',
          '-c',
          'echo go; while :; do mv -T d spare; mv -T evil d; mv -T d evil; mv -T spare d; done',
        ])
        for await (const _ of swapping.stdout) break
        for (let turn = 0; turn < 400; turn++) {
          const seen = text(await sandbox.read('d/passwd'))
          assert.ok(seen === undefined || seen === 'inside', `read ${seen}`)
          await sandbox.write(one('d/written')).catch((error) => assert.equal(error.code, 'bad-path'))
          if (turn % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
        }
        swapping.kill()
        await swapping.finished
      }),
  },
  {
    name: 'pipes, sockets and directories are no files; large files are refused; holes are not endless',
    run: (backend) =>
      inSandbox(backend, { limits: { fileBytes: 64 * 1024 ** 3 } }, async (sandbox) => {
        await shell(sandbox, 'mkfifo pipe; mkdir dir; head -c 100000 /dev/zero > large; truncate -s 50G hole')
        assert.equal(await sandbox.read('pipe'), undefined)
        await assert.rejects(sandbox.read('large', { maxBytes: 99_999 }), { code: 'file-too-large' })
        assert.equal((await sandbox.read('large', { maxBytes: 100_000 }))?.byteLength, 100_000)
        await assert.rejects(sandbox.read('hole'), { code: 'file-too-large' })
        await sandbox.write(one('pipe', 'now a file'))
        assert.equal(text(await sandbox.read('pipe')), 'now a file')
        await assert.rejects(sandbox.write(one('dir')), { code: 'bad-path' })
      }),
  },
  {
    name: 'a file that is held by a lease is none for now, not a failure of infrastructure',
    run: (backend) =>
      inSandbox(backend, {}, async (sandbox) => {
        const script =
          'open(my $f, "+>", "held"); $SIG{IO} = "IGNORE"; fcntl($f, 1024, 1) or die $!; $| = 1; print "up"; sleep 100'
        const holder = await sandbox.start(['/usr/bin/perl', '-e', script])
        for await (const chunk of holder.stdout) if (text(chunk) === 'up') break
        assert.equal(await sandbox.read('held'), undefined)
        holder.kill()
        await holder.finished
        assert.equal(text(await sandbox.read('held')), '')
      }),
  },
  {
    name: 'writing into a full work directory is the limit, not a failure of infrastructure',
    run: (backend) =>
      inSandbox(backend, { limits: { diskBytes: 1024 ** 2 } }, async (sandbox) => {
        await assert.rejects(sandbox.write(new Map([['big', new Uint8Array(2 * 1024 ** 2)]])), {
          name: 'LimitReached',
          limit: 'disk',
        })
      }),
  },
  {
    name: 'shows a host directory read-only where asked',
    run: (backend) =>
      inSandbox(
        backend,
        { mounts: [{ host: import.meta.dirname, inside: '/opt/shown/here' }] },
        async (sandbox) => {
          assert.match(await says(sandbox, 'ls /opt/shown/here'), /files\.ts/)
          assert.notEqual((await shell(sandbox, 'touch /opt/shown/here/x')).exitCode, 0)
        },
      ),
  },
]
