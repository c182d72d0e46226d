import { InfrastructureError } from '../../../core/errors.ts'
import type { Sandbox } from '../../../core/sandbox.ts'

/** What is said to a service on a connection of its own, and how long it is listened to, in seconds. */
export interface Ask {
  /** How the report calls it: `nothing`, `a newline`. */
  readonly name: string
  /** How long it is listened to before anything is sent. */
  readonly before: number
  readonly send: string
  readonly after: number
  /** Ends the sending side, as a player's closed input does. */
  readonly end?: boolean
}

/** What came of it. Texts are bytes as Latin-1. */
export interface Heard {
  readonly name: string
  readonly sent: string
  readonly connected: boolean
  /** Before anything was sent. */
  readonly before: string
  readonly endedBefore: boolean
  readonly after: string
  readonly ended: boolean
  /** True where it said more than is read. */
  readonly flood: boolean
}

/** Most that is read of one connection, in bytes. */
const mostBytes = 32_768

/**
 * Connects from another sandbox of the pod, listens, says something and listens again. A service can only make it wait:
 * where the listener itself does not come to its end, it is the machine. Throws `InfrastructureError` (`cannot-listen`).
 */
export async function listen(from: Sandbox, host: string, port: number, ask: Ask): Promise<Heard> {
  const { name, before, send, after, end = false } = ask
  const hex = Buffer.from(send, 'latin1').toString('hex')
  const argv = [host, String(port), String(before), hex, String(after), end ? '1' : '', String(mostBytes)]
  const { exitCode, signal, timedOut, stdout, stderr } = await from.exec(
    ['/usr/bin/perl', '-e', script, ...argv],
    { timeoutSeconds: before + after + 30, outputBytes: mostBytes * 5 },
  )
  if (exitCode !== 0) {
    const how = timedOut ? 'took too long' : `ended with ${signal ?? `exit code ${exitCode}`}`
    const said = Buffer.from(stderr).toString('utf8').trim().slice(-500)
    throw new InfrastructureError(
      'cannot-listen',
      `what listens to ${host}:${port} ${how}: ${said || 'it said nothing'}`,
    )
  }
  const [state = '', heard = '', then = ''] = Buffer.from(stdout).toString('latin1').split('\n')
  const said = (text: string) => Buffer.from(text, 'hex').toString('latin1')
  return {
    name,
    sent: send,
    connected: state.startsWith('open'),
    before: said(heard),
    endedBefore: state.includes('early'),
    after: said(then),
    ended: state.includes('ended'),
    flood: heard.length + then.length >= mostBytes * 2,
  }
}

/**
 * Perl, which is on every Debian and starts in a few milliseconds. It reads until nothing has come for a while after
 * the first bytes: programs write in pieces.
 */
const script = String.raw`
use strict; use IO::Socket::INET; use IO::Select; use Time::HiRes qw(time);
my ($host, $port, $before, $send, $after, $end, $most) = @ARGV;
$SIG{PIPE} = "IGNORE";
my ($socket, $patience) = (undef, time + 2);
until ($socket) {
  $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 3);
  next if $socket;
  if (time > $patience) { print "refused\n\n\n"; exit 0 }
  select undef, undef, undef, 0.05;
}
my ($state, $total) = ("open", 0);
sub hear { my ($for) = @_; my $heard = ""; my $until = time + $for; my $select = IO::Select->new($socket);
  while ((my $left = $until - time) > 0 && $total < $most) {
    my $wait = length $heard && $left > 0.3 ? 0.3 : $left;
    unless ($select->can_read($wait)) { last if length $heard; next }
    my $got = sysread $socket, my $chunk, 4096;
    unless ($got) { $state .= " ended"; last }
    $heard .= $chunk; $total += $got;
  } return unpack "H*", $heard }
my $first = $before > 0 ? hear($before) : "";
$state .= " early" if $state =~ /ended/;
my $then = "";
if ($state !~ /ended/ && (length $send || $end)) {
  syswrite $socket, pack "H*", $send if length $send;
  shutdown $socket, 1 if $end;
  $then = hear($after);
}
print "$state\n$first\n$then\n";
`
