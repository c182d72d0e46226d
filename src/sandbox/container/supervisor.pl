# The first process of a container: runs the sandbox's commands and handles its files, as it is asked through its standard
# input, and answers through its standard output. It alone has privileges; commands get none that they could use on it.
#
# A message is two 32-bit lengths, of the whole and of the fields, then fields that end with NUL, then raw bytes. A request
# is `id operation field…`, an answer `id result field…`; the operations are documented in channel.ts and its callers.
use strict;
use warnings;
use POSIX ();
use Fcntl ();

my %numbers = (    # x64, arm64
  clone => [56, 220], mount => [165, 40], umount2 => [166, 39], pivot_root => [155, 41], prctl => [157, 167],
  setrlimit => [160, 164], memfd_create => [319, 279], seccomp => [317, 277], capset => [126, 91], statfs => [137, 43],
);
my $column = shift eq 'arm64' ? 1 : 0;
my ($RDONLY, $NOSUID, $NODEV, $NOEXEC, $REMOUNT, $BIND, $REC, $PRIVATE) = (1, 2, 4, 8, 0x20, 0x1000, 0x4000, 0x40000);
my ($PR_CAPBSET_DROP, $PR_SET_NO_NEW_PRIVS, $SECCOMP_SET_MODE_FILTER, $MNT_DETACH) = (24, 38, 1, 2);
# SIGCHLD and new namespaces for processes, mounts and System V's shared memory.
my $CLONE = 17 | 0x20000000 | 0x00020000 | 0x08000000;
my ($TIOCSCTTY, $TIOCSWINSZ, $TIOCSPTLCK, $TIOCGPTN) = (0x540e, 0x5414, 0x40045431, 0x80045430);
my ($O_DIRECTORY, $O_NOFOLLOW) = (Fcntl::O_DIRECTORY(), Fcntl::O_NOFOLLOW());
my %rlimits = (cpu => 0, fsize => 1, core => 4);
my $here = '/.touchstone';
my $root = "$here/root";

my (%config, $filter, $work, %commands, %writing, $inbox, @cgroup);

# syscall() passes numbers as numbers and everything else as a pointer.
sub call { my $name = shift; return syscall($numbers{$name}[$column], @_) }

sub mount_at {
  my ($from, $to, $type, $flags, $options) = map { defined $_ ? $_ : '' } @_;
  call('mount', "$from", "$to", "$type", $flags + 0, "$options") == 0 or die "cannot mount $to: $!\n";
}

sub bind_at {
  my ($from, $to, $flags) = @_;
  mount_at($from, $to, '', $BIND | $REC);
  mount_at('', $to, '', $REMOUNT | $BIND | $flags) if $flags;
}

sub touch_file { my ($path, $text) = @_; open(my $file, '>', $path) or die "cannot make $path: $!\n"; print $file $text // ''; close $file }
sub text_of { open(my $file, '<', $_[0]) or return ''; local $/; return <$file> // '' }
sub entries_of { opendir(my $directory, $_[0]) or return 0; return scalar grep { !/^\.\.?$/ } readdir $directory }
sub make_directories {
  my ($top, $path) = @_;
  for my $part (grep { $_ ne '' } split m{/}, $path) { $top .= "/$part"; -e $top or mkdir $top, 0755 }
}

sub send_out {
  my ($fields, $payload) = @_;
  my $head = join("\0", @$fields) . "\0";
  $payload //= '';
  my $message = pack('NN', 4 + length($head) + length $payload, length $head) . $head . $payload;
  for (my $at = 0; $at < length $message;) {
    my $count = syswrite(STDOUT, $message, length($message) - $at, $at);
    if (defined $count) { $at += $count } elsif (!$!{EINTR}) { exit 0 }
  }
}
sub failed { my ($id) = @_; send_out([$id, 'failed', $! + 0, "$!"]) }

# By hand: the method of handles would load modules that are not in the bundle.
sub unblock { fcntl($_[0], Fcntl::F_SETFL(), fcntl($_[0], Fcntl::F_GETFL(), 0) | Fcntl::O_NONBLOCK()) or die "$!\n" }

# An internal network has no way out, and yet a route to where one would be: whoever tries it waits for an answer that
# cannot come. Without the route it is refused at once. (SIOCDELRT with a struct rtentry, route(7).)
sub remove_default_route {
  socket(my $socket, 2, 2, 0) or return;
  my $any = pack 'S x14', 2;
  ioctl $socket, 0x890c, pack 'x8 a16 a16 a16 S x70', $any, $any, $any, 1;
}

# ---- the view that commands get

# A new root of what the container has at its top, but for what a command has of its own or is not to see.
sub plain_root {
  mkdir $root;
  mount_at('touchstone', $root, 'tmpfs', $NOSUID | $NODEV, 'mode=0755,size=1m');
  opendir(my $top, '/') or die "cannot list /: $!\n";
  my %own = map { $_ => 1 } qw(. .. proc sys dev tmp work .dockerenv .touchstone);
  # Podman gives containers that can only be read places to write to all the same, of no size: not a part of the image.
  for my $path (text_of('/proc/self/mounts') =~ m{^\S+ (/run|/var/tmp) tmpfs rw}mg) {
    call('umount2', "$path", $MNT_DETACH) == 0 or die "cannot unmount $path: $!\n";
    my ($above) = $path =~ m{^/(\w+)};
    $own{$above} = 1 if !entries_of($path) && entries_of("/$above") <= ($path eq "/$above" ? 0 : 1);
  }
  my @listed = grep { !$own{$_} } readdir $top;
  for my $name (@listed) {
    if (-l "/$name") { symlink readlink("/$name"), "$root/$name" }
    elsif (-d _) { mkdir "$root/$name"; bind_at("/$name", "$root/$name", 0) }
  }
  mkdir "$root/$_" for qw(proc dev tmp work);
  mount_at('touchstone', "$root/dev", 'tmpfs', $NOSUID | $NOEXEC, 'mode=0755,size=64k');
  for my $device (qw(null zero full random urandom tty)) { touch_file("$root/dev/$device"); bind_at("/dev/$device", "$root/dev/$device", 0) }
  mkdir "$root/dev/$_" for qw(pts shm);
  symlink "/proc/self/fd$$_[0]", "$root/dev/$$_[1]" for ['', 'fd'], ['/0', 'stdin'], ['/1', 'stdout'], ['/2', 'stderr'];
  symlink 'pts/ptmx', "$root/dev/ptmx";
  mount_at('', "$root/dev", '', $REMOUNT | $BIND | $RDONLY | $NOSUID | $NOEXEC);
  mount_at('touchstone', "$root/work", 'tmpfs', $NOSUID | $NODEV, $config{workOptions});
  my @links = split /\n/, $config{links};
  while (my ($at, $to) = splice @links, 0, 2) {
    my ($parent) = $at =~ m{^(.*)/};
    make_directories($root, $parent) if $parent ne '';
    symlink $to, "$root$at" or die "cannot link $at: $!\n";
  }
}

# The image with a layer of memory above it: everything in it can be written, of a size that is limited, and nothing stays.
sub image_root {
  mkdir "$here/$_" for qw(root layer);
  mount_at('touchstone', "$here/layer", 'tmpfs', $NOSUID | $NODEV, $config{workOptions});
  mkdir "$here/layer/$_" for qw(upper work);
  chmod 0755, "$here/layer", "$here/layer/upper";
  mount_at('touchstone', $root, 'overlay', $NODEV, "lowerdir=/,upperdir=$here/layer/upper,workdir=$here/layer/work");
  rmdir "$root/.touchstone";
  unlink "$root/.dockerenv";
  for my $name (qw(proc dev sys etc)) { mkdir "$root/$name" }
  bind_at("/$_", "$root/$_", 0) for qw(dev sys);
  make_directories($root, $config{work});
}

sub name_files {
  touch_file("$here/hosts", $config{hosts});
  touch_file("$here/resolv.conf");
  touch_file("$here/hostname", "$config{hostname}\n");
  for my $name (qw(hosts resolv.conf hostname)) {
    eval { -e "$root/etc/$name" or touch_file("$root/etc/$name") };
    eval { bind_at("$here/$name", "$root/etc/$name", $RDONLY | $NOSUID | $NODEV) };
  }
}

# What is given as NAME or NUMBER, with or without :GROUP, as the image's own files have it.
sub resolve_user {
  my ($name, $wanted) = split /:/, $config{user}, 2;
  my ($passwd, $groups) = map { text_of("$root/etc/$_") } qw(passwd group);
  my ($uid, $gid, $home, $login) = ($name =~ /^\d+$/ ? ($name, 0, '/', '') : (undef, 0, '/', $name));
  for (split /\n/, $passwd) {
    my @entry = split /:/;
    next unless @entry >= 6 && ($entry[0] eq $name || $entry[2] eq $name);
    ($login, $uid, $gid, $home) = @entry[0, 2, 3, 5];
    last;
  }
  defined $uid or die "the image has no user \"$name\"\n";
  my %group = map { my @entry = split /:/, $_, -1; @entry >= 3 ? ($entry[0] => \@entry) : () } split /\n/, $groups;
  my @more = map { $$_[2] } grep { my $group = $_; grep { $_ eq $login } split /,/, $$group[3] // '' } values %group;
  if (defined $wanted && $wanted ne '') {
    $gid = $wanted =~ /^\d+$/ ? $wanted : ($group{$wanted} or die "the image has no group \"$wanted\"\n")->[2];
    @more = ();
  }
  @config{qw(uid gid groups home)} = ($uid, $gid, join(' ', $gid, @more), $home);
}

# The image's directory, wherever its links lead, kept open: what is put in its place later does not matter.
sub open_work {
  pipe(my $told, my $tell) or die "$!\n";
  my $child = fork // die "cannot fork: $!\n";
  if (!$child) {
    syswrite $tell, POSIX::getcwd() if chroot($root) && chdir($config{work});
    POSIX::_exit(0);
  }
  close $tell;
  my $path = <$told> // die "there is no directory $config{work} in the image\n";
  waitpid $child, 0;
  sysopen($work, "$root$path", Fcntl::O_RDONLY() | $O_DIRECTORY | $O_NOFOLLOW) or die "cannot open $path: $!\n";
}

# ---- limits

sub find_cgroup {
  my $top = '/sys/fs/cgroup';
  @cgroup = -e "$top/cgroup.controllers"
    ? ("$top/memory.events", "$top/pids.events", "$top/cpu.stat")
    : ("$top/memory/memory.oom_control", "$top/pids/pids.events", (grep { -e } map { "$top/$_/cpuacct.usage" } 'cpuacct', 'cpu,cpuacct', 'cpu')[0] // '');
}
sub hits {
  my ($memory, $processes) = map { text_of($_) } @cgroup;
  my ($killed) = $memory =~ /^oom_kill (\d+)$/m;
  my ($refused) = $processes =~ /^max (\d+)$/m;
  return ($killed // 0, $refused // 0);
}
sub cpu_seconds {
  my $text = text_of($cgroup[2]);
  return $1 / 1e6 if $text =~ /^usage_usec (\d+)$/m;
  return $text =~ /^(\d+)$/ ? $1 / 1e9 : 0;
}
sub out_of_time { return cpu_seconds() > $config{cpuSeconds} }
sub full {
  my $buffer = "\0" x 120;
  my $path = $config{plain} ? "$root/work" : "$here/layer";
  call('statfs', "$path", $buffer) == 0 or return 0;
  my ($type, $size, $blocks, $free, $available, $files, $left) = unpack 'q7', $buffer;
  return $available == 0 || $left == 0;
}

# ---- commands

sub dup_to { my ($handle, $descriptor) = @_; POSIX::dup2(fileno($handle), $descriptor) // die "cannot set up a stream: $!\n" }

sub close_but {
  my %keep = map { $_ => 1 } @_;
  opendir(my $directory, '/proc/self/fd') or return;
  my @open = grep { /^\d+$/ && !$keep{$_} } readdir $directory;
  closedir $directory;
  POSIX::close($_) for @open;
}

# The first process in a command's namespaces: gives it its view, starts it, and takes all that is left with it as it ends.
sub become_first {
  my ($status, $start) = @_;
  $SIG{$_} = 'DEFAULT' for qw(CHLD PIPE TERM INT HUP);
  my $child = eval {
    mount_at('', '/', '', $REC | $PRIVATE);
    chdir $root or die "cannot enter the root: $!\n";
    call('pivot_root', '.' . '', '.' . '') == 0 or die "cannot change the root: $!\n";
    call('umount2', '.' . '', $MNT_DETACH) == 0 or die "cannot leave the old root: $!\n";
    chdir '/';
    if ($config{plain}) {
      mount_at('touchstone', "/$_", 'tmpfs', $NOSUID | $NODEV, "mode=1777,size=$config{scratchBytes}") for qw(tmp dev/shm);
      mount_at('devpts', '/dev/pts', 'devpts', $NOSUID | $NOEXEC, 'newinstance,ptmxmode=0666,mode=620');
      mount_at('', '/', '', $REMOUNT | $BIND | $RDONLY | $NOSUID | $NODEV);
    }
    mount_at('proc', '/proc', 'proc', $NOSUID | $NODEV | $NOEXEC);
    # What an engine hides and protects in a container's /proc: these are the machine's.
    -e "/proc/$_" and bind_at("/proc/$_", "/proc/$_", $RDONLY | $NOSUID | $NODEV | $NOEXEC) for qw(sys sysrq-trigger irq bus fs);
    -d "/proc/$_" and mount_at('touchstone', "/proc/$_", 'tmpfs', $RDONLY) for qw(acpi asound scsi);
    -e "/proc/$_" and bind_at('/dev/null', "/proc/$_", 0) for qw(kcore keys latency_stats timer_list timer_stats sched_debug);
    my $pid = fork;
    defined $pid or die "cannot fork: $!\n";
    $pid;
  };
  defined $child or do { my $why = $@ || "$!\n"; syswrite $status, "failed $why"; POSIX::_exit(1) };
  if ($child == 0) {
    eval { $start->() };
    syswrite $status, "failed $@";
    POSIX::_exit(125);
  }
  close_but(fileno $status);
  # A process in here that forks without end makes orphans without end: only the first one's end matters.
  while ((my $ended = waitpid -1, 0) > 0) {
    next if $ended != $child;
    syswrite $status, join ' ', 'ended', $? >> 8, $? & 127;
    last;
  }
  POSIX::_exit(0);
}

sub become_command {
  my ($terminal, $cwd, $argv, $env) = @_;
  my $complain = sub { my ($code, $text) = @_; POSIX::write(2, $text, length $text); POSIX::_exit($code) };
  POSIX::setsid();
  if ($terminal) { ioctl(STDIN, $TIOCSCTTY, 0) }
  my $plain = $config{plain};
  # Where memory runs out, the kernel is to choose a command and not the supervisor. Written while CAP_SYS_RESOURCE is at
  # hand, this is also the lowest value that a command can go back to.
  touch_file('/proc/self/oom_score_adj', '1000');
  my %wanted = (fsize => $config{fileBytes}, cpu => int($config{cpuSeconds} + 2), core => 1);
  for my $name (keys %wanted) {
    my $pair = pack 'QQ', ($wanted{$name}) x 2;
    call('setrlimit', $rlimits{$name}, $pair) == 0 or die "cannot limit $name: $!\n";
  }
  my %keep = map { $_ => 1 } split / /, $config{capabilities};
  for my $capability (0 .. 63) {
    next if $keep{$capability};
    call('prctl', $PR_CAPBSET_DROP, $capability, 0, 0, 0) == 0 or $!{EINVAL} or die "cannot drop a capability: $!\n";
  }
  # Without no_new_privs a filter takes privileges: it comes before they go, and does not hinder that.
  if ($plain) { call('prctl', $PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 or die "cannot give up new privileges: $!\n" }
  my $program = pack 'S x6 Q', length($filter) / 8, unpack('Q', pack 'P', $filter);
  call('seccomp', $SECCOMP_SET_MODE_FILTER, 0, $program) == 0 or die "cannot load the filter: $!\n";
  $) = "$config{gid} $config{groups}";
  POSIX::setgid($config{gid}) && POSIX::setuid($config{uid}) or die "cannot become $config{uid}: $!\n";
  $< == $config{uid} && $> == $config{uid} or die "root was not dropped\n";
  if ($plain) {
    my ($header, $none) = (pack('Ll', 0x20080522, 0), pack 'L6', (0) x 6);
    call('capset', $header, $none) == 0 or die "cannot drop capabilities: $!\n";
  }
  umask 022;
  chdir $cwd or $complain->(126, "cannot change to the directory $cwd: $!\n");
  %ENV = %$env;
  no warnings 'exec';
  exec { $$argv[0] } @$argv;
  $complain->($!{ENOENT} ? 127 : 126, "cannot run $$argv[0]: $!\n");
}

sub memory_file {
  my ($content) = @_;
  my $descriptor = call('memfd_create', 'input' . '', 1);
  $descriptor >= 0 or die "cannot keep the input: $!\n";
  open(my $file, '+<&=', $descriptor) or die "cannot keep the input: $!\n";
  for (my $at = 0; $at < length $content;) { $at += syswrite($file, $content, length($content) - $at, $at) // die "cannot keep the input: $!\n" }
  sysseek $file, 0, 0;
  return $file;
}

sub open_terminal {
  my ($columns, $rows) = @_;
  sysopen(my $master, '/dev/ptmx', Fcntl::O_RDWR() | Fcntl::O_NOCTTY()) or die "cannot open a terminal: $!\n";
  my $number = pack 'i', 0;
  ioctl($master, $TIOCSPTLCK, $number) && ioctl($master, $TIOCGPTN, $number) or die "cannot open a terminal: $!\n";
  my $path = '/dev/pts/' . unpack 'i', $number;
  sysopen(my $slave, $path, Fcntl::O_RDWR() | Fcntl::O_NOCTTY()) or die "cannot open $path: $!\n";
  chown $config{uid}, $config{gid}, $slave;
  ioctl $slave, $TIOCSWINSZ, pack 'S4', $rows, $columns, 0, 0;
  return ($master, $slave);
}

sub start_command {
  my ($id, $payload, $kind, $columns, $rows, $cwd, $count, @rest) = @_;
  my @argv = splice @rest, 0, $count;
  my %env = map { split /=/, $_, 2 } @rest;
  $env{HOME} //= $config{home};
  # Time that earlier commands used up does not come back.
  return send_out([$id, 'ended', 0, 9, 'cpu', '']) if out_of_time();
  my ($started, @hits) = (0, hits());
  eval {
    my ($in, $out, $err, @handles);
    if ($kind eq 'terminal') { ($in, my $slave) = open_terminal($columns, $rows); $out = $in; @handles = ($slave, $slave, $slave) }
    else {
      my $read;
      if ($kind eq 'none') { open($read, '<', '/dev/null') or die "$!\n" }
      elsif ($kind eq 'given') { $read = memory_file($payload) }
      else { pipe($read, $in) or die "$!\n" }
      pipe($out, my $out_write) or die "$!\n";
      pipe($err, my $err_write) or die "$!\n";
      @handles = ($read, $out_write, $err_write);
      # A program may open its streams again by name.
      chown $config{uid}, $config{gid}, $_ for grep { $kind ne 'none' || $_ != $read } @handles;
    }
    pipe(my $status, my $tell) or die "$!\n";
    $_ && unblock($_) for $in, $out, $err;
    my $pid = call('clone', $CLONE, 0, 0, 0, 0);
    $pid >= 0 or die "cannot fork: $!\n";
    if ($pid == 0) {
      become_first($tell, sub {
        dup_to($handles[$_], $_) for 0 .. 2;
        become_command($kind eq 'terminal', $cwd, \@argv, \%env);
      });
    }
    $started = 1;
    $commands{$id} = {pid => $pid, in => $in, out => $out, err => $err, status => $status, queue => [], hits => \@hits, limit => ''};
  };
  return if $started;
  my $why = $@;
  my ($memory, $processes) = hits();
  send_out([$id, 'ended', 125, 0, $processes > $hits[1] ? 'processes' : '', "failed $why"]);
}

sub forward {
  my ($id, $command, $name) = @_;
  my $handle = $command->{$name} or return 0;
  my $count = sysread $handle, my $chunk, 65536;
  if ($count) { send_out([$id, $name], $chunk); return 1 }
  # A terminal that nobody has open says EIO, and may be opened again.
  return 0 if !defined $count && ($!{EAGAIN} || $!{EINTR});
  delete $command->{$name};
  return 0;
}

# Ends the input once what is queued is written. Each piece is confirmed, so that writers wait.
sub feed {
  my ($id, $command) = @_;
  my $queue = $command->{queue};
  while (@$queue) {
    if (!defined $queue->[0]) { shift @$queue; delete $command->{in} if !$command->{out} || $command->{in} != $command->{out}; next }
    if (length $queue->[0] && $command->{in}) {
      my $count = syswrite $command->{in}, $queue->[0];
      if (!defined $count) {
        return if $!{EAGAIN} || $!{EINTR};
        delete $command->{in};
      } else { substr($queue->[0], 0, $count) = '' }
      next if $command->{in} && length $queue->[0];
    }
    shift @$queue;
    send_out([$id, 'took']);
  }
}

sub settle {
  my ($id) = @_;
  my $command = $commands{$id};
  for my $name (qw(out err)) { for (1 .. 64) { forward($id, $command, $name) or last } }
  delete $commands{$id};
  unblock($command->{status});
  sysread $command->{status}, my $told, 4096;
  $told //= '';
  my ($code, $signal) = $told =~ /^ended (\d+) (\d+)/ ? ($1, $2) : $told =~ /^failed/ ? (125, 0) : (0, 9);
  my $limit = $command->{limit};
  my ($memory, $processes) = hits();
  $limit ||= 'cpu' if out_of_time();
  # A command that did what it was to do has run into nothing; another one of the sandbox may have.
  if (!$limit && ($code || $signal)) {
    $limit = $memory > $command->{hits}[0] ? 'memory' : $processes > $command->{hits}[1] ? 'processes' : full() ? 'disk' : '';
  }
  send_out([$id, 'ended', $code, $signal, $limit, $told =~ /^failed/ ? $told : '']);
}

# ---- files: every directory on the way is opened by itself, without following links

sub below { my ($directory, $name) = @_; return '/proc/self/fd/' . fileno($directory) . "/$name" }

sub enter {
  my ($path, $make) = @_;
  my @parts = split m{/}, $path;
  my $name = pop @parts;
  my $current = $work;
  for my $part (@parts) {
    my $next;
    if (!sysopen($next, below($current, $part), Fcntl::O_RDONLY() | $O_DIRECTORY | $O_NOFOLLOW)) {
      return unless $make && $!{ENOENT};
      mkdir below($current, $part), 0755 or return;
      sysopen($next, below($current, $part), Fcntl::O_RDONLY() | $O_DIRECTORY | $O_NOFOLLOW) or return;
      chown $config{uid}, $config{gid}, $next;
    }
    $current = $next;
  }
  return ($current, $name);
}

sub write_file {
  my ($id, $payload, $path, $mode, $last, $token) = @_;
  if (!$writing{$token}) {
    my ($directory, $name) = enter($path, 1) or return failed($id);
    my $place = below($directory, $name);
    unlink $place or $!{ENOENT} or return failed($id);
    sysopen(my $file, $place, Fcntl::O_WRONLY() | Fcntl::O_CREAT() | Fcntl::O_EXCL() | $O_NOFOLLOW, 0644) or return failed($id);
    chown $config{uid}, $config{gid}, $file;
    chmod oct $mode, $file;
    $writing{$token} = $file;
  }
  for (my $at = 0; $at < length $payload;) {
    my $count = syswrite $writing{$token}, $payload, length($payload) - $at, $at;
    if (!defined $count) { my $error = $!; delete $writing{$token}; $! = $error; return failed($id) }
    $at += $count;
  }
  delete $writing{$token} if $last;
  send_out([$id, 'ok']);
}

sub read_file {
  my ($id, undef, $path, $most) = @_;
  my ($directory, $name) = enter($path, 0) or return failed($id);
  sysopen(my $file, below($directory, $name), Fcntl::O_RDONLY() | $O_NOFOLLOW | Fcntl::O_NONBLOCK()) or return failed($id);
  return send_out([$id, 'none']) unless -f $file;
  my $total = 0;
  while (1) {
    my $count = sysread $file, my $chunk, 65536;
    return failed($id) unless defined $count;
    last if $count == 0;
    $total += $count;
    return send_out([$id, 'large']) if $total > $most;
    send_out([$id, 'data'], $chunk);
  }
  send_out([$id, 'ok']);
}

sub list_files {
  my ($id) = @_;
  my ($found, $left, @names) = (0, 20_000);
  my $visit;
  $visit = sub {
    my ($directory, $prefix, $depth) = @_;
    opendir(my $listing, '/proc/self/fd/' . fileno $directory) or return 1;
    while (defined(my $name = readdir $listing)) {
      next if $name eq '.' || $name eq '..';
      return 0 if $left-- <= 0;
      my $path = below($directory, $name);
      my @stat = lstat $path or next;
      if (-f _) { push @names, "$prefix$name"; return 0 if ++$found >= 10_000 }
      elsif (-d _ && $depth < 64) {
        sysopen(my $next, $path, Fcntl::O_RDONLY() | $O_DIRECTORY | $O_NOFOLLOW) or next;
        $visit->($next, "$prefix$name/", $depth + 1) or return 0;
      }
    }
    return 1;
  };
  sysopen(my $top, "/proc/self/fd/" . fileno($work), Fcntl::O_RDONLY() | $O_DIRECTORY);
  $visit->($top, '', 0);
  send_out([$id, 'data'], join '', map { "$_\0" } splice @names, 0, 500) while @names;
  send_out([$id, 'ok']);
}

# ---- requests

my %operations = (
  setup => sub {
    my ($id, $payload, @pairs) = @_;
    %config = @pairs;
    $filter = $payload;
    eval {
      # From here on only what is in memory of this program is used: the mount hides where it came from.
      mount_at('', '/', '', $REC | $PRIVATE);
      mount_at('touchstone', $here, 'tmpfs', $NOSUID | $NODEV, 'mode=0711,size=1m');
      find_cgroup();
      $config{plain} ? plain_root() : image_root();
      name_files();
      remove_default_route();
      if ($config{plain}) { @config{qw(groups home)} = ($config{gid}, $config{work}) } else { resolve_user() }
      chown $config{uid}, $config{gid}, "$root/work" if $config{plain};
      open_work();
      send_out([$id, 'ok', join(' ', @cgroup), $config{uid}, $config{home}]);
      1;
    } or send_out([$id, 'failed', 0, $@ =~ s/\n$//r]);
  },
  hosts => sub {
    my ($id, $payload) = @_;
    # In place: it is mounted by its inode.
    eval { touch_file("$here/hosts", $payload); send_out([$id, 'ok']); 1 } or failed($id);
  },
  run => \&start_command,
  input => sub { my ($id, $payload) = @_; my $command = $commands{$id} or return; push @{$command->{queue}}, $payload; feed($id, $command) },
  close => sub { my ($id) = @_; my $command = $commands{$id} or return; push @{$command->{queue}}, undef; feed($id, $command) },
  # The first process of the command's namespace: with it, all in there. One that was not waited for keeps its number.
  kill => sub { my ($id) = @_; my $command = $commands{$id} or return; kill 'KILL', $command->{pid} },
  resize => sub { my ($id, undef, $columns, $rows) = @_; my $command = $commands{$id} or return; $command->{in} and ioctl $command->{in}, $TIOCSWINSZ, pack 'S4', $rows, $columns, 0, 0 },
  write => \&write_file,
  read => \&read_file,
  list => \&list_files,
);

chdir '/';
umask 022;
%ENV = ();
pipe(my $wake_read, my $wake_write) or die;
unblock($_) for $wake_read, $wake_write;
$SIG{CHLD} = sub { syswrite $wake_write, 'c' };
$SIG{PIPE} = $SIG{TERM} = $SIG{INT} = $SIG{HUP} = 'IGNORE';
$inbox = '';
send_out([0, 'ready']);

while (1) {
  my ($ready, $room, %names) = ('', '');
  vec($ready, fileno(STDIN), 1) = 1;
  vec($ready, fileno($wake_read), 1) = 1;
  for my $command (values %commands) {
    for my $name (qw(out err)) { vec($ready, fileno($command->{$name}), 1) = 1 if $command->{$name} }
    vec($room, fileno($command->{in}), 1) = 1 if $command->{in} && @{$command->{queue}};
  }
  next if select($ready, $room, undef, %commands ? 0.1 : undef) < 0;
  if (%commands && out_of_time()) {
    for my $command (values %commands) { $command->{limit} = 'cpu'; kill 'KILL', $command->{pid} }
  }
  for my $id (keys %commands) {
    my $command = $commands{$id};
    for my $name (qw(out err)) { forward($id, $command, $name) if $command->{$name} && vec($ready, fileno($command->{$name}), 1) }
    feed($id, $command) if $command->{in} && vec($room, fileno($command->{in}), 1);
  }
  if (vec($ready, fileno($wake_read), 1)) {
    sysread $wake_read, my $drained, 4096;
    while ((my $child = waitpid -1, POSIX::WNOHANG()) > 0) {
      my ($id) = grep { $commands{$_}{pid} == $child } keys %commands;
      settle($id) if defined $id;
    }
  }
  next unless vec($ready, fileno(STDIN), 1);
  my $count = sysread STDIN, $inbox, 1 << 20, length $inbox;
  last if !$count;
  # Podman passes on the body of the request that attached this input. No message is so long that it begins like that.
  $inbox =~ s/^\{[^{}]*\}//;
  while (length $inbox >= 4 && length $inbox >= 4 + unpack 'N', $inbox) {
    my ($length, $head) = unpack 'NN', $inbox;
    my ($id, $operation, @fields) = split /\0/, substr($inbox, 8, $head), -1;
    pop @fields;
    my $payload = substr $inbox, 8 + $head, $length - 4 - $head;
    substr($inbox, 0, 4 + $length) = '';
    $operations{$operation}->($id, $payload, @fields);
  }
}
