import type { Sandbox } from '../core/sandbox.ts'
import type { Ready, Service } from '../core/service.ts'

/** What a service said when it was asked whether it works. */
export type Answer =
  | { readonly ready: true; readonly text: string; readonly seconds: number }
  | { readonly ready: false; readonly seen: Seen; readonly why: string }

/**
 * What was seen at a port last: no connection at all, one that was closed, one that stayed silent, or other words.
 * `nothing`: who looked was ended before it could tell.
 */
export type Seen = 'refuses' | 'closes' | 'silent' | 'other' | 'nothing'

/**
 * Asks a service from another sandbox of its pod, again and again, until it answers: a banner, something after a newline,
 * an HTTP response, or what `ready` expects. A process that runs and a port that is open are no answer.
 */
export async function probe(from: Sandbox, service: Service, signal: AbortSignal): Promise<Answer> {
  const { ready } = service
  const port = ready.port ?? service.ports[0]
  if (port === undefined) return { ready: true, text: '', seconds: 0 }
  const { exitCode, stdout, stderr, wallSeconds } = await from.exec(
    ['/usr/bin/perl', '-e', script, service.name, String(port), ...wordsOf(ready)],
    { timeoutSeconds: ready.seconds + 5, signal, outputBytes: 16_384 },
  )
  const text = Buffer.from(stdout).toString('latin1')
  if (exitCode === 0) return { ready: true, text, seconds: wallSeconds }
  const said = Buffer.from(stderr).toString('latin1').trim()
  const hint = said === refuses ? `; does it listen on 0.0.0.0 and on port ${port}, as the task says?` : ''
  const words = said === refuses ? 'refuses' : (seenBy[said.split(' ', 1)[0] ?? ''] ?? 'other')
  const why = `port ${port} of "${service.name}": ${said || 'the probe was ended'}${hint}`
  return { ready: false, seen: said === '' ? 'nothing' : words, why }
}

const refuses = 'refuses connections'
const seenBy: Readonly<Record<string, Seen>> = { closes: 'closes', accepts: 'silent', answers: 'other' }

function wordsOf({ seconds, send, expect, silent }: Ready): string[] {
  return [String(seconds), send ?? '', expect ?? '', silent ? '1' : '']
}

/**
 * Perl, since every Debian has it and it starts in a few milliseconds. Ends with 0 and prints the answer, or with 1 and
 * says what it saw last.
 */
const script = String.raw`
use strict; use IO::Socket::INET; use IO::Select; use Time::HiRes qw(time sleep);
my ($host, $port, $seconds, $send, $expect, $silent) = @ARGV;
my $until = time + $seconds; my $last = "${refuses}"; my $open = 0;
$SIG{PIPE} = "IGNORE";
sub hear { my ($socket, $for, $heard) = @_; my $end = time + $for; my $select = IO::Select->new($socket);
  while ((my $left = $end - time) > 0 && length $heard < 8192) {
    next unless $select->can_read($left);
    return ($heard, 1) unless sysread $socket, my $chunk, 4096;
    $heard .= $chunk;
    return ($heard, 0) if length $expect ? $heard =~ /$expect/ : 1;
  } return ($heard, 0) }
my @asks = length $send ? ([$send, 3]) : (["", 0.6], ["\n", 0.8], ["GET / HTTP/1.0\r\nHost: $host\r\n\r\n", 3]);
while (time < $until) {
  for my $ask (@asks) {
    last if time >= $until;
    my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 3);
    unless ($socket) { sleep 0.03; next }
    my ($heard, $ended) = ("", 0);
    ($heard, $ended) = hear($socket, 0.1, "") if length $ask->[0] && !length $send;
    syswrite $socket, $ask->[0] if length $ask->[0];
    ($heard, $ended) = hear($socket, $ask->[1], $heard) unless $ended;
    if (length $expect ? $heard =~ /$expect/ : length $heard) { print $heard; exit 0 }
    (my $shown = substr $heard, 0, 100) =~ s/([^\x20-\x7e])/$1 eq "\n" ? "\\n" : sprintf "\\x%02x", ord $1/ge;
    $last = length $heard ? qq(answers something else than what is expected: "$shown" does not match /$expect/) : $ended ? "closes the connection without a word" : "accepts connections and says nothing";
    if ($silent && !$ended) { exit 0 }
  }
  sleep 0.1;
}
print STDERR "$last\n"; exit 1;
`
