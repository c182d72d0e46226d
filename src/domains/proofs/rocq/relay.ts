/**
 * A sandbox has no way to send one of its processes a signal, so that the prover runs below this little program: it hands
 * on what comes in frames (`D`, eight hexadecimal digits, that many bytes) and interrupts the prover at `I`. It answers
 * an interrupt on its standard error, so that whoever asked knows that the signal is on its way. A prover that a signal
 * ends shows as 128 and the signal's number, as in a shell.
 */
const program = String.raw`
use strict; use warnings; use POSIX ();
$SIG{PIPE} = 'IGNORE';
pipe(my $read, my $write) or die "no pipe: $!\n";
my $child = fork // die "no process: $!\n";
if (!$child) {
  close $write;
  POSIX::dup2(fileno($read), 0); close $read;
  exec { $ARGV[0] } @ARGV or POSIX::_exit(127);
}
close $read;
sub ended { POSIX::_exit($? & 127 ? 128 + ($? & 127) : $? >> 8) if waitpid($child, $_[0]) == $child }
$SIG{CHLD} = sub { ended(POSIX::WNOHANG()) };
ended(POSIX::WNOHANG());
my $input = '';
while (1) {
  my $count = sysread STDIN, $input, 1 << 16, length $input;
  next if !defined $count && $!{EINTR};
  last if !$count;
  while (length $input) {
    if (substr($input, 0, 1) eq 'I') {
      substr($input, 0, 1) = '';
      kill 'INT', $child;
      syswrite STDERR, "interrupted\n";
      next;
    }
    last if length $input < 9;
    my $length = hex substr $input, 1, 8;
    last if length $input < 9 + $length;
    my $data = substr $input, 9, $length;
    substr($input, 0, 9 + $length) = '';
    for (my $at = 0; $at < length $data;) {
      my $written = syswrite $write, $data, length($data) - $at, $at;
      if (defined $written) { $at += $written } elsif (!$!{EINTR}) { last }
    }
  }
}
close $write;
ended(0);
`

/** The command that runs a prover below the relay. */
export const relayed = (argv: readonly string[]): string[] => ['perl', '-e', program, ...argv]

/** What the relay is told to hand on. */
export function frame(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from(`D${bytes.byteLength.toString(16).padStart(8, '0')}`), bytes])
}

export const interruption = 'I'
export const interrupted = 'interrupted\n'
