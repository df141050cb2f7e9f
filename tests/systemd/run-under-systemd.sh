#!/bin/bash
# Boots a throw-away systemd, PID 1 of its own pid namespace, and runs one script in it as root.
#
#   run-under-systemd.sh [-o OUT] [-b SRC:DST]... [-x PATH]... [-t SECONDS] DIR SCRIPT [ARG...]
#   run-under-systemd.sh -p
#
# DIR is bound read-only at /sdtest, SCRIPT is an executable inside it.
#   -o OUT      folder for stdout.log, journal.txt, failed.txt, console.log, rc, result (default: new)
#   -b SRC:DST  binds one more folder read-only; DST not below /tmp or /run, which are fresh
#   -x PATH     hides a folder of the machine behind an empty one
#   -t SECONDS  limit for SCRIPT (default 120)
#   -p          only asks whether this machine can: exit 0 or 77
#
# Exit: the script's own status; 77 this machine cannot; 124 over the limit; 125 no result; 2 usage.
#
# The machine's / is only the lower layer of an overlay whose upper layer is a tmpfs, in namespaces of
# its own for processes, mounts, network (loopback alone), ipc, host name and cgroups. Units enabled on
# the machine, and its fstab, are not used. Needs root with CAP_SYS_ADMIN, systemd, cgroup2, overlayfs.
set -u

SELF=$(readlink -f "$0")
# Without sys_time, sys_module, syslog and sys_rawio, with which PID 1 could change the machine.
CAPS=(chown dac_override dac_read_search fowner fsetid ipc_owner kill lease linux_immutable
  net_bind_service net_broadcast net_raw net_admin setgid setfcap setpcap setuid sys_admin sys_chroot
  sys_nice sys_ptrace sys_tty_config sys_resource sys_boot audit_write audit_control mknod bpf perfmon)

die() { # STATUS SENTENCE
  echo "run-under-systemd: $2" >&2
  exit "$1"
}
own_cgroup() { sed -n 's/^0:://p' /proc/self/cgroup; }

# ---- stage 1, in private mount and pid namespaces: the overlay, the units, a cgroup, the boot -------

stage1() {
  mkdir -p "$W"/{up,lower,cg}
  mount -t tmpfs -o mode=755 sdtest "$W/up" || exit 77
  mkdir -p "$W"/up/{u,w,m,etc-systemd}
  mount --bind / "$W/lower" # not recursive: without /proc, /sys and whatever else is mounted
  R=$W/up/m
  mount -t overlay overlay -o "lowerdir=$W/lower,upperdir=$W/up/u,workdir=$W/up/w" "$R" || exit 77
  bind_all
  write_machine
  write_units
  # A cgroup of our own below the one we are in; every mount of cgroup2 shows the same tree.
  mount -t cgroup2 none "$W/cg" || exit 77
  CG=$W/cg$(own_cgroup)/sdtest-$TAG
  mkdir -p "$CG/payload" || exit 77
  export CG R
  # systemd logs to a terminal only, so script(1) makes one.
  timeout -k 20 $((LIMIT + 60)) script -qefc "exec unshare --pid --fork --kill-child=KILL --mount \
    --net --ipc --uts '$SELF' --stage2" /dev/null </dev/null >"$OUT/console.log" 2>&1
}

bind_all() {
  local path pair from to
  for path in "${HIDE[@]}"; do
    mkdir -p "$R$path"
    mount -t tmpfs -o mode=755 none "$R$path" || exit 125
  done
  mkdir -p "$R"/{sdtest,sdtest-out,proc,sys,dev,run,tmp} "$R/etc/systemd/system"
  mount --bind "$W/up/etc-systemd" "$R/etc/systemd/system" # nothing the machine has enabled starts
  mount --bind "$OUT" "$R/sdtest-out"
  for pair in "$DIR:/sdtest" "${BINDS[@]}"; do
    from=${pair%%:*} to=$R${pair#*:}
    mkdir -p "$to"
    if ! mount --bind "$from" "$to" || ! mount -o remount,bind,ro "$to"; then
      die 125 "cannot bind $pair"
    fi
  done
}

write_machine() {
  echo sdtest >"$R/etc/hostname"
  echo 127.0.1.1 sdtest >>"$R/etc/hosts"
  : >"$R/etc/fstab"
  rm -f "$R/etc/machine-id"
  tr -d - </proc/sys/kernel/random/uuid >"$R/etc/machine-id"
  mkdir -p "$R/etc/systemd/system.conf.d"
  printf '[Manager]\nDefaultTimeoutStopSec=15s\n' >"$R/etc/systemd/system.conf.d/sdtest.conf"
}

write_units() {
  cat >"$R/etc/systemd/system/sdtest.target" <<U
[Unit]
Requires=sysinit.target
Wants=dbus.socket sdtest-runner.service
After=sysinit.target dbus.socket
U
  # poweroff-immediate kills the pid namespace at once; results are written before it.
  cat >"$R/etc/systemd/system/sdtest-runner.service" <<U
[Unit]
DefaultDependencies=no
Requires=sysinit.target
After=sysinit.target dbus.socket sdtest.target
SuccessAction=poweroff-immediate
FailureAction=poweroff-immediate
[Service]
Type=exec
Environment=HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ExecStart=/bin/bash /etc/sdtest-run
ExecStopPost=-/bin/bash -c 'echo "\$\$SERVICE_RESULT \$\$EXIT_CODE \$\$EXIT_STATUS" >/sdtest-out/result; \
  journalctl --sync; journalctl -b --no-pager -o short-precise >/sdtest-out/journal.txt; \
  systemctl --failed --no-legend --plain >/sdtest-out/failed.txt'
StandardOutput=append:/sdtest-out/stdout.log
StandardError=inherit
RuntimeMaxSec=$LIMIT
U
  {
    echo 'cd /sdtest || exit 125'
    printf '%q ' "/sdtest/$SCRIPT" "${ARGS[@]}"
    echo
    # shellcheck disable=SC2016 # expanded when it runs
    echo 'rc=$?; echo $rc >/sdtest-out/rc; exit $rc'
  } >"$R/etc/sdtest-run"
}

# ---- stages 2 and 3: PID 1 of the inner pid namespace, which becomes systemd -----------------------

stage2() {
  # First into the cgroup, then the namespace: so it is the root of what is seen.
  echo 0 >"$CG/payload/cgroup.procs" && exec unshare --cgroup "$SELF" --stage3
}

stage3() {
  set -e
  mount --make-rprivate /
  hostname sdtest
  tty=$(tty || true) # our standard input is the terminal made by script(1)
  cd "$R"
  mount_kernel
  mount_devices
  mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs run
  mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs tmp
  mkdir run/.old
  pivot_root . run/.old
  cd /
  umount -l /run/.old
  rmdir /run/.old
  mount --make-rshared / # systemd leaves this out in a container; credentials need it
  exec env -i container=sdtest TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --inh-caps=-all --bounding-set="-all$(printf ',+%s' "${CAPS[@]}")" \
    /lib/systemd/systemd --system systemd.unit=sdtest.target systemd.show_status=yes systemd.log_color=no
}

mount_kernel() { # what PID 1 could change the machine by is read-only or gone
  local name
  mount -t proc -o nosuid,nodev,noexec proc proc
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup sys/fs/cgroup
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro,nosuid,nodev,noexec proc/sys
  for name in sysrq-trigger kmsg kcore; do
    [ ! -e "proc/$name" ] || mount --bind /dev/null "proc/$name"
  done
}

mount_devices() {
  local node
  mount -t tmpfs -o nosuid,mode=755 tmpfs dev
  for node in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "dev/${node%:*}" c 1 "${node#*:}"
  done
  mknod -m 666 dev/tty c 5 0
  mkdir dev/pts dev/shm dev/mqueue
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  for node in 0:stdin 1:stdout 2:stderr; do ln -s "fd/${node%:*}" "dev/${node#*:}"; done
  mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs dev/shm
  mount -t mqueue -o nosuid,nodev,noexec mqueue dev/mqueue
  if [ -c "$tty" ]; then
    : >dev/console
    mount --bind "$tty" dev/console
  fi
}

# ---- outside ----------------------------------------------------------------------------------------

in_namespaces() { # dies with us, and all of its pid namespace with it
  exec setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork \
    --kill-child=KILL --mount-proc "$@"
}

refuse_unable() {
  local kind name
  [ "$(id -u)" = 0 ] || die 77 'this is not root'
  [ -x /lib/systemd/systemd ] || die 77 'systemd is not installed'
  for kind in cgroup2 overlay; do
    grep -qw "$kind" /proc/filesystems || modprobe "$kind" 2>/dev/null || die 77 "the kernel has no $kind"
  done
  for name in unshare script setpriv pivot_root timeout; do
    command -v "$name" >/dev/null || die 77 "there is no $name (util-linux, bsdutils, coreutils)"
  done
}

rehearse() { # the mounts of stage 1 and 3, in namespaces that end with this
  mkdir "$W/a" "$W/b" &&
    mount -t cgroup2 none "$W/a" &&
    mkdir "$W/a/sdtest-$TAG" && rmdir "$W/a/sdtest-$TAG" &&
    mount -t tmpfs none "$W/b" && mkdir "$W/b/u" "$W/b/w" "$W/b/m" &&
    mount -t overlay overlay -o "lowerdir=/,upperdir=$W/b/u,workdir=$W/b/w" "$W/b/m"
}

drop_cgroup() {
  mkdir -p "$W/cg"
  mount -t cgroup2 none "$W/cg" || return
  local mine
  mine=$W/cg$(own_cgroup)/sdtest-$TAG
  for _ in 1 2 3 4 5; do
    [ -d "$mine" ] || break
    find "$mine" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.2
  done
}

# shellcheck disable=SC2317 # called by the traps
cleanup() {
  unshare --mount --propagation private "$SELF" --drop-cgroup
  rm -f "$W"/{vars,why}
  rmdir "$W"/* "$W" # never recursively: $W/lower is the machine's own root
} 2>/dev/null

case ${1-} in # called by ourselves, in other namespaces
--rehearse)
  rehearse
  exit
  ;;
--stage1)
  # shellcheck disable=SC1091 # what `declare -p` below has written
  . "$W/vars"
  stage1
  exit
  ;;
--stage2) stage2 ;;
--stage3) stage3 ;;
--drop-cgroup)
  drop_cgroup
  exit
  ;;
esac

OUT='' LIMIT=120 PROBE=0 BINDS=() HIDE=()
while getopts o:b:x:t:p option; do
  case $option in
  o) OUT=$OPTARG ;;
  b) BINDS+=("$OPTARG") ;;
  x) HIDE+=("$OPTARG") ;;
  t) LIMIT=$OPTARG ;;
  p) PROBE=1 ;;
  *) die 2 "usage: see the head of $0" ;;
  esac
done
shift $((OPTIND - 1))

refuse_unable
W=$(mktemp -d "${TMPDIR:-/tmp}/sdtest.XXXXXX") || die 125 'no temporary folder'
TAG=${W##*.}
export W TAG
trap cleanup EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
trap 'exit 129' HUP
(in_namespaces --net --ipc --uts --cgroup "$SELF" --rehearse) 2>"$W/why" ||
  die 77 "namespaces, cgroup2 or overlay are refused here: $(tail -n1 "$W/why")"
[ $PROBE = 0 ] || exit 0

[ $# -ge 2 ] || die 2 "usage: see the head of $0"
DIR=$(readlink -f "$1") SCRIPT=$2
shift 2
ARGS=("$@")
[ -f "$DIR/$SCRIPT" ] || die 2 "there is no $DIR/$SCRIPT"
[ -x "$DIR/$SCRIPT" ] || die 2 "$DIR/$SCRIPT is not executable"
[ -n "$OUT" ] || OUT=$(mktemp -d "${TMPDIR:-/tmp}/sdtest-out.XXXXXX")
mkdir -p "$OUT"
OUT=$(readlink -f "$OUT")
rm -f "$OUT"/{rc,result,journal.txt,failed.txt,stdout.log,console.log}
declare -p OUT LIMIT DIR SCRIPT BINDS HIDE ARGS >"$W/vars"
in_namespaces "$SELF" --stage1 &
CHILD=$!
trap 'kill -KILL $CHILD 2>/dev/null; wait $CHILD 2>/dev/null; cleanup' EXIT
wait $CHILD
BOOT=$?
trap cleanup EXIT

[ ! -s "$OUT/stdout.log" ] || cat "$OUT/stdout.log"
[ ! -s "$OUT/rc" ] || exit "$(cat "$OUT/rc")"
case $(cat "$OUT/result" 2>/dev/null) in
timeout*) die 124 "over the limit of $LIMIT s; see $OUT" ;;
esac
[ $BOOT != 77 ] || die 77 "a mount was refused: $(tail -n1 "$OUT/console.log" 2>/dev/null)"
die 125 "no result (boot status $BOOT); see $OUT/console.log"
