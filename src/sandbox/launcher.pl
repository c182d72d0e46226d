# Makes the system calls that Node cannot: mount(2), setns(2), setrlimit(2), setgroups(2) between fork and exec.
#
#   perl launcher.pl ARCH          serves requests from its standard input until that ends
#   perl launcher.pl ARCH FILE     becomes the one command that FILE, which it removes, describes: for terminals
#
# A message is a 32-bit length and fields that end with NUL. A request is `id operation field…`, an answer
# `id result field…`; the operations are documented in launcher.ts, beside the code that asks for them.
use strict;
use warnings;
use POSIX ();
use Fcntl qw(SEEK_SET);

my %numbers = (    # x64, arm64
  mount => [165, 40], umount2 => [166, 39], setns => [308, 268], setrlimit => [160, 164], memfd_create => [319, 279],
  prctl => [157, 167], mount_setattr => [442, 442],
);
my $column = shift eq 'arm64' ? 1 : 0;
my ($MS_NOSUID_NODEV, $MS_BIND_REC, $MNT_DETACH, $CLONE_NEWNET, $PR_SET_CHILD_SUBREAPER) = (6, 0x5000, 2, 0x40000000, 36);
my ($AT_FDCWD, $AT_RECURSIVE, $MOUNT_ATTR_RDONLY, $MS_PRIVATE) = (-100, 0x8000, 1, 0x40000);
my ($MS_REC_PRIVATE, $MS_REMOUNT_BIND_RDONLY) = (0x44000, 0x1021);
my %limits = (cpu => 0, fsize => 1, core => 4, as => 9);

# syscall() passes numbers as numbers and everything else as a pointer: the caller makes them what they are.
sub call { my $name = shift; my $number = $numbers{$name}[$column]; return syscall($number, @_) }
sub fields { return split /\0/, $_[0], -1 }

sub limit {
  my ($name, $value) = split /=/, $_[0];
  my $pair = pack 'QQ', $value, $value;
  return call('setrlimit', $limits{$name}, $pair) == 0;
}

# Runs in the child, or in place: enters control groups and namespace, lowers limits, drops root, becomes bwrap.
sub become {
  my ($namespace, $uid, $gid, $limits, $doors, $arguments, $seccomp, @argv) = @_;
  for my $door (split /\n/, $doors) {
    # Opened and written without buffering: `0` is whoever writes.
    sysopen(my $file, $door, POSIX::O_WRONLY()) or die "cannot open $door: $!\n";
    syswrite($file, '0') or die "cannot enter $door: $!\n";
  }
  limit($_) or die "cannot limit $_: $!\n" for split / /, $limits;
  # One byte, not none: a core_pattern that is a pipe to a program of the host's is only left out at 1 (core(5)).
  limit('core=1') or limit('core=0') or die "cannot limit core dumps: $!\n";
  $arguments = pack 'H*', $arguments;
  # Made and filled before anything else is given up; bwrap reads its arguments from 3 and the filter from 4.
  my $name = 'arguments';
  my $memory = call('memfd_create', $name, 0);
  $memory >= 0 or die "cannot keep arguments: $!\n";
  my $filter = POSIX::open($seccomp, POSIX::O_RDONLY()) // die "cannot open $seccomp: $!\n";
  for (my $at = 0; $at < length $arguments;) {
    $at += POSIX::write($memory, substr($arguments, $at), length($arguments) - $at) // die "cannot keep arguments: $!\n";
  }
  POSIX::lseek($memory, 0, SEEK_SET);
  if ($namespace ne '') {
    open(my $file, '<', $namespace) or die "cannot open $namespace: $!\n";
    call('setns', fileno($file), $CLONE_NEWNET) == 0 or die "cannot enter $namespace: $!\n";
  }
  if ($uid ne '') {
    $) = "$gid $gid";
    POSIX::setgid($gid) && POSIX::setuid($uid) or die "cannot become $uid: $!\n";
    $< == $uid && $> == $uid && $( eq "$gid $gid" && $) eq "$gid $gid" or die "root was not dropped\n";
  }
  # Out of the way of 3 and 4 first: either may be the other's place.
  my ($high_memory, $high_filter) = map { fcntl_dup($_, 10) } $memory, $filter;
  POSIX::dup2($high_memory, 3);
  POSIX::dup2($high_filter, 4);
  close_from(6);
  %ENV = ();
  exec { $argv[0] } @argv or die "cannot run $argv[0]: $!\n";
}

sub fcntl_dup {
  my ($descriptor, $least) = @_;
  open(my $handle, '<&=', $descriptor) or die "$!\n";
  my $copy = fcntl($handle, Fcntl::F_DUPFD(), $least) // die "$!\n";
  return $copy;
}

# Whatever else was inherited, or is open here, must not reach a sandbox.
sub close_from {
  my ($first) = @_;
  opendir(my $directory, '/proc/self/fd') or die "cannot list descriptors: $!\n";
  my @open = grep { /^\d+$/ && $_ >= $first } readdir $directory;
  closedir $directory;
  POSIX::close($_) for @open;
}

chdir '/';
umask 022;
if (@ARGV) {
  my $path = shift;
  open(my $file, '<', $path) or die "cannot open $path: $!\n";
  unlink $path;
  local $/;
  my $message = <$file>;
  # bwrap shares the terminal's foreground group: Ctrl-C is for the program, which gets the defaults back from env(1).
  $SIG{$_} = 'IGNORE' for qw(INT QUIT TSTP);
  my @fields = fields($message);
  pop @fields;
  become(@fields);
}

# A session of its own: Ctrl-C at Touchstone's terminal is Touchstone's to handle.
POSIX::setsid();
close_from(3);
pipe(my $wake_read, my $wake_write) or die;
for my $end ($wake_read, $wake_write) { $end->blocking(0) }
$SIG{CHLD} = sub { syswrite $wake_write, 'c' };
$SIG{PIPE} = 'IGNORE';
my (%running, %status, %inner, $input);
call('prctl', $PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
$input = '';

sub answer {
  my $body = join "\0", @_, '';
  my $message = pack('N', length $body) . $body;
  for (my $at = 0; $at < length $message;) {
    my $count = syswrite(STDOUT, $message, length($message) - $at, $at);
    if (defined $count) { $at += $count } elsif (!$!{EINTR}) { exit 0 }
  }
}

# Nothing is written or removed through what is shown, and unmounting it unmounts nothing of the host's: read-only and
# private, with what is mounted below it. Before Linux 5.12 only the top can be made read-only.
sub seclude {
  my ($path) = @_;
  my ($none, $attributes) = ('', pack 'QQQQ', $MOUNT_ATTR_RDONLY, 0, $MS_PRIVATE, 0);
  return 0 if call('mount_setattr', $AT_FDCWD, $path, $AT_RECURSIVE, $attributes, length $attributes) == 0;
  return call('mount', $none, $path, $none, $MS_REC_PRIVATE, $none) != 0
    || call('mount', $none, $path, $none, $MS_REMOUNT_BIND_RDONLY, $none) != 0;
}

sub outcome { my ($id, $failed) = @_; answer($id, $failed ? ('failed', "$!") : 'ok') }

my %operations = (
  mount => sub {
    my ($id, $path, $options) = @_;
    my ($from, $type) = ('touchstone', 'tmpfs');
    outcome($id, call('mount', $from, $path, $type, $MS_NOSUID_NODEV, $options));
  },
  bind => sub {
    my ($id, $from, $to) = @_;
    my $none = '';
    call('mount', $from, $to, $none, $MS_BIND_REC, $none) == 0 or return outcome($id, 1);
    my $failed = seclude($to);
    my $why = $!;
    call('umount2', $to, $MNT_DETACH) if $failed;
    $! = $why;
    outcome($id, $failed);
  },
  unmount => sub { my ($id, $path) = @_; outcome($id, call('umount2', $path, $MNT_DETACH)) },
  pipes => sub {
    my ($id, @paths) = @_;
    for my $path (@paths) { POSIX::mkfifo($path, 0600) or return outcome($id, 1) }
    outcome($id, 0);
  },
  run => sub {
    my ($id, $stdin, $stdout, $stderr, @rest) = @_;
    pipe(my $status, my $report) or return outcome($id, 1);
    my $child = fork;
    return outcome($id, 1) unless defined $child;
    if ($child) { $running{$child} = $id; $status{$child} = $status; return }
    eval {
      $SIG{CHLD} = $SIG{PIPE} = 'DEFAULT';
      my @files = ([0, $stdin, POSIX::O_RDONLY()], [1, $stdout, POSIX::O_WRONLY()], [2, $stderr, POSIX::O_WRONLY()]);
      POSIX::dup2(fcntl_dup(fileno($report), 10), 5);
      for (@files) {
        my ($descriptor, $path, $mode) = @$_;
        my $opened = POSIX::open($path, $mode) // die "cannot open $path: $!\n";
        POSIX::dup2($opened, $descriptor) if $opened != $descriptor;
        POSIX::close($opened) if $opened > 5;
        unlink $path if $path ne '/dev/null';
      }
      become(@rest);
    };
    POSIX::write(5, "failed: $@", length "failed: $@");
    POSIX::_exit(125);
  },
  kill => sub {
    my ($id, $target) = @_;
    # A process that was not waited for keeps its number: nobody else can be hit.
    for my $child (keys %running) { kill 'KILL', $child if $running{$child} eq $target }
  },
);

# bwrap's outer process ends as soon as it knows the exit code, or is killed; the first process of the sandbox, which
# becomes ours then, may still be there, and with it what the command left. The end is told when that has ended too,
# which the kernel lets it only after everything in its process namespace. Killed early, bwrap leaves a first process
# that waits for ever: so whoever is our child and not a bwrap that we started is killed.
sub reap {
  while ((my $child = waitpid -1, POSIX::WNOHANG()) > 0) {
    if (my $answer = delete $inner{$child}) { settle($answer); next }
    my $id = delete $running{$child} // next;
    my $status = delete $status{$child};
    my $answer = {id => $id, code => $? >> 8, signal => $? & 127, status => $status, waiting => 1};
    for my $orphan (grep { !$inner{$_} } orphans()) {
      kill 'KILL', $orphan;
      $inner{$orphan} = $answer;
      $answer->{waiting}++;
    }
    settle($answer);
  }
}

sub orphans {
  open(my $file, '<', "/proc/self/task/$$/children") or return;
  return grep { !$running{$_} } split ' ', <$file> // '';
}

sub settle {
  my ($answer) = @_;
  return if --$answer->{waiting};
  # bwrap is done writing, so that this does not wait; a stray copy of the other end must not make it.
  $answer->{status}->blocking(0);
  sysread $answer->{status}, my $text, 65536;
  answer($answer->{id}, 'ended', $answer->{code}, $answer->{signal}, $text // '');
}

while (1) {
  my $ready = '';
  vec($ready, fileno(STDIN), 1) = 1;
  vec($ready, fileno($wake_read), 1) = 1;
  next if select($ready, undef, undef, undef) < 0;
  if (vec($ready, fileno($wake_read), 1)) { sysread $wake_read, my $drained, 4096; reap() }
  next unless vec($ready, fileno(STDIN), 1);
  my $count = sysread STDIN, $input, 1 << 20, length $input;
  last if defined $count && $count == 0;
  while (length $input >= 4 && length $input >= 4 + unpack 'N', $input) {
    my $length = unpack 'N', $input;
    my ($id, $operation, @fields) = fields(substr $input, 4, $length);
    pop @fields;
    substr($input, 0, 4 + $length) = '';
    $operations{$operation}->($id, @fields);
  }
}

# Whoever asked is gone: so is everything that was started.
for (1 .. 1000) {
  kill 'KILL', keys %running, orphans();
  while (waitpid(-1, POSIX::WNOHANG()) > 0) { }
  last if waitpid(-1, POSIX::WNOHANG()) < 0;
  select undef, undef, undef, 0.005;
}
