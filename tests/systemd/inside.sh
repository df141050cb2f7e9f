#!/bin/bash
# Runs as root under a systemd of its own (run-under-systemd.sh): installs the service as
# systemd/README.md says, and prints `ok NAME` or `FAIL NAME: what was seen` for each claim.
#
# /opt/parcels is a virtual environment with the program, /opt/units the folder systemd/ of this
# project; /sdtest/units holds the units and drop-ins shown in its README.md.
# shellcheck disable=SC2317 # many functions are called by name, through `check` and `within`
set -u

UNIT=parcels.service
NOTICE=parcels-failed@$UNIT.service
STATE=/var/lib/parcels
PATH=/usr/local/bin:$PATH
FAILED=0

# ---- the words of this script ----------------------------------------------------------------------

ok() { echo "ok $1"; }
fail() { # NAME DETAIL...
  FAILED=1
  echo "FAIL $1: ${*:2}" | tr '\n' ' '
  echo
  return 1
}
check() { # NAME COMMAND...: the claim holds when the command succeeds
  local seen status
  seen=$("${@:2}" 2>&1)
  status=$?
  if [ $status = 0 ]; then ok "$1"; else fail "$1" "status $status from ${*:2}: $seen"; fi
}
same() { # NAME SEEN EXPECTED
  if [ "$2" = "$3" ]; then ok "$1"; else fail "$1" "saw '$2', not '$3'"; fi
}
not() { ! "$@"; }
within() { # SECONDS COMMAND...: waits until the command succeeds
  local end=$((SECONDS + $1))
  until "${@:2}" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.05
  done
}
of_unit() { systemctl show --property "$1" --value "${2-$UNIT}"; }
journal_has() { # UNIT TEXT
  journalctl --sync
  journalctl --boot --unit "$1" --output cat | grep --quiet --fixed-strings -e "$2"
}
heard() { journalctl --boot --unit loopback.service --output cat | grep --quiet --extended-regexp "$1"; }
as() { # USER COMMAND...: as `sudo -u USER COMMAND` would
  local home
  home=$(getent passwd "$1" | cut -d: -f6)
  runuser -u "$1" -- env -i HOME="$home" LANG=C.UTF-8 PATH="$PATH" "${@:2}"
}
dropin() { # NAME LINE...
  mkdir -p /etc/systemd/system/$UNIT.d
  printf '%s\n' '[Service]' "${@:2}" >"/etc/systemd/system/$UNIT.d/$1.conf"
  systemctl daemon-reload
}
no_dropin() { # NAME
  rm -f "/etc/systemd/system/$UNIT.d/$1.conf"
  systemctl daemon-reload
}
forgive() { systemctl reset-failed $UNIT 2>/dev/null; } # StartLimitBurst= counts from zero again
new_main_process() { # OLD: active again, with another main process
  [ "$(of_unit ActiveState)" = active ] && [ "$(of_unit MainPID)" != "$1" ]
}
refused() { # NAME USER ARGUMENT...: exit code 78 and the right command
  local seen status
  seen=$(as "$2" parcels "${@:3}" 2>&1)
  status=$?
  case "$status $seen" in
  '78 '*'sudo -u parcels parcels'*) ok "$1" ;;
  *) fail "$1" "status $status: $seen" ;;
  esac
}
unprivileged() { # STATUS-FILE
  grep -q '^CapEff:.0000000000000000$' "$1" && grep -q '^NoNewPrivs:.1$' "$1" && grep -q '^Seccomp:.2$' "$1"
}
says_what_it_does() { [ -n "$(of_unit StatusText)" ]; }
only_its_own() {
  find "$STATE" ! -user parcels
  [ -z "$(find "$STATE" ! -user parcels)" ]
}
told_at() { # PRIORITY UNIT
  journalctl --boot --unit "$2" --priority "$1..$1" --output cat | grep --quiet 'stays down'
}
no_failure_notice() { ! journal_has "$NOTICE" 'has failed'; }

# ---- 1: installing ---------------------------------------------------------------------------------

install_files() {
  install -D -m 644 /opt/units/parcels.sysusers.conf /etc/sysusers.d/parcels.conf
  systemd-sysusers parcels.conf
  install -D -m 644 /opt/units/parcels.tmpfiles.conf /etc/tmpfiles.d/parcels.conf
  systemd-tmpfiles --create parcels.conf
  install -m 644 /opt/units/config.toml /etc/parcels/config.toml
  install -m 644 /opt/units/parcels.service /opt/units/parcels-failed@.service /etc/systemd/system/
  ln -s /opt/parcels/bin/parcels /usr/local/bin/parcels
  # Its own patience would be that of this test: it ticks as often as the watchdog wants.
  dropin quick RestartSec=100ms WatchdogSec=20
}
clean_verify() { # ARGUMENT...: exit code 0 and not a word
  local seen
  seen=$(systemd-analyze verify --recursive-errors=yes "$@" 2>&1) && [ -z "$seen" ] && return
  echo "$seen"
  return 1
}
installed() {
  install_files
  same sysusers_makes_the_user "$(getent passwd parcels | cut -d: -f6-7)" "$STATE:/usr/sbin/nologin"
  check the_installed_units_are_without_complaint clean_verify $UNIT "$NOTICE"
  cp /sdtest/loopback.service /etc/systemd/system/
  systemctl start loopback.service
  within 30 heard '^number ' || exit 1
}

# ---- 2: without a key ------------------------------------------------------------------------------

without_a_key() {
  check it_starts_without_a_credential systemctl start $UNIT || exit 1
  # The start has only just returned, so whatever is there now was there when READY came.
  same start_returns_when_it_is_active "$(of_unit ActiveState)" active
  check the_database_is_there_when_it_is_ready test -s $STATE/parcels.db
  same it_runs_as_parcels "$(stat -c %U "/proc/$(of_unit MainPID)")" parcels
  same the_state_folder_is_its_own "$(stat -c '%U:%G %a' $STATE)" 'parcels:parcels 700'
  same the_database_is_its_own "$(stat -c '%U %a' $STATE/parcels.db)" 'parcels 600'
  check it_can_read_the_id_of_this_boot \
    nsenter --mount --target "$(of_unit MainPID)" cat /proc/sys/kernel/random/boot_id
  check it_has_no_privileges unprivileged "/proc/$(of_unit MainPID)/status"
  check it_cannot_write_to_the_system not nsenter --mount --target "$(of_unit MainPID)" touch /etc/mark
  check nobody_asked_without_a_key not heard '^17track'
}

# ---- 3: the command line ---------------------------------------------------------------------------

second_run() {
  as parcels timeout 20 parcels run
  [ $? = 75 ]
}
same_database_without_a_configuration() {
  as parcels sh -c '[ ~/.local/state/parcels/parcels.db -ef ~/parcels.db ]'
}
command_line() {
  check the_owner_of_the_service_adds_a_parcel as parcels parcels add RR123456785DE --shop none
  check the_command_line_finds_the_database_by_itself same_database_without_a_configuration
  refused root_is_sent_to_the_right_user root list
  refused root_cannot_add root add RR123456785DE
  refused root_cannot_make_a_pass root poll
  refused root_cannot_be_the_service root run
  as root parcels doctor >/dev/null 2>&1 # whatever it finds, it leaves nothing behind
  refused a_stranger_is_sent_to_the_right_user nobody list
  refused a_stranger_cannot_add nobody add RR123456785DE
  check a_second_daemon_is_turned_away second_run
  check nobody_left_files_in_the_state_folder only_its_own
  check it_says_what_it_does within 30 says_what_it_does
  same the_service_did_not_notice "$(of_unit ActiveState) $(of_unit NRestarts)" 'active 0'
}

# ---- 4: with the key as a credential, and a channel ------------------------------------------------

with_the_key() {
  local number
  number=$(journalctl --boot --unit loopback.service --output cat | sed -n 's/^number //p')
  systemctl stop $UNIT
  install -m 640 -g parcels /sdtest/config.toml /etc/parcels/config.toml
  install -m 600 -D /sdtest/key /etc/credstore/adapters__seventeentrack__api_key
  as parcels parcels add "$number" >/dev/null || exit 1
  check it_starts_with_a_credential systemctl start $UNIT || exit 1
  check it_asks_with_the_key_of_the_credential within 30 heard '^17track gettrackinfo 200$' || exit 1
  check an_alert_arrives within 30 heard '^received .*refused'
  check the_user_of_the_service_cannot_read_the_key_itself \
    not as parcels cat /etc/credstore/adapters__seventeentrack__api_key
}

# ---- 5: what goes wrong ----------------------------------------------------------------------------

killed() {
  local before
  forgive
  before=$(of_unit MainPID)
  systemctl kill --kill-whom=main --signal=KILL $UNIT
  check it_comes_back_after_a_kill within 30 new_main_process "$before"
}
hung() {
  local before
  forgive
  dropin watchdog WatchdogSec=3
  systemctl restart $UNIT
  before=$(of_unit MainPID)
  systemctl kill --kill-whom=main --signal=STOP $UNIT
  check a_hang_is_noticed within 30 journal_has $UNIT 'Watchdog timeout'
  check it_comes_back_after_a_hang within 30 new_main_process "$before"
  no_dropin watchdog
  check a_restart_is_no_failure_to_tell no_failure_notice
}
stopped() {
  forgive
  systemctl restart $UNIT
  check it_stops_in_time timeout 25 systemctl stop $UNIT
  same it_stops_cleanly "$(of_unit Result) $(of_unit ActiveState)" 'success inactive'
}
misconfigured() {
  cp -p /etc/parcels/config.toml /etc/parcels/right.toml
  echo 'alrets = 1' >>/etc/parcels/config.toml
  check a_wrong_configuration_stops_the_start not systemctl start $UNIT
  same it_ends_with_78 "$(of_unit ExecMainStatus)" 78
  same it_is_not_tried_again "$(of_unit ActiveState) $(of_unit NRestarts)" 'failed 0'
  check the_failure_is_told within 10 journal_has "$NOTICE" "$UNIT has failed and stays down"
  check the_notice_names_the_status journal_has "$NOTICE" 'status: 78'
  check the_notice_is_critical told_at crit "$NOTICE"
  cp -p /etc/parcels/right.toml /etc/parcels/config.toml
  forgive
}

# ---- 6: the other ways -----------------------------------------------------------------------------

by_timer() {
  cp /sdtest/units/parcels-poll.* /etc/systemd/system/
  systemctl daemon-reload
  check the_timer_can_be_enabled systemctl enable --now parcels-poll.timer
  check a_pass_of_the_timer_works systemctl start parcels-poll.service
  systemctl disable --now parcels-poll.timer
}
with_a_dynamic_user() {
  userdel parcels
  mv $STATE $STATE.before
  grep -v ^path /opt/units/config.toml >/etc/parcels/config.toml
  chmod 644 /etc/parcels/config.toml
  cp /sdtest/units/dynamic.conf /etc/systemd/system/$UNIT.d/
  systemctl daemon-reload
  check it_runs_with_a_dynamic_user systemctl start $UNIT
  check a_dynamic_user_has_a_private_state test -s /var/lib/private/parcels/parcels.db
  systemctl stop $UNIT
}
of_buyer() { as buyer env XDG_RUNTIME_DIR=/run/buyer systemctl --user "$@"; }
for_one_person() {
  useradd --create-home buyer
  install -d -m 700 -o buyer /run/buyer
  ln -s /opt/parcels /home/buyer/parcels
  as buyer sh -c 'mkdir -p ~/.config/systemd/user ~/.config/parcels'
  install -m 600 -o buyer /sdtest/buyer.toml /home/buyer/.config/parcels/config.toml
  install -m 644 -o buyer /opt/units/parcels-user.service /home/buyer/.config/systemd/user/parcels.service
  check the_user_unit_is_without_complaint as buyer env XDG_RUNTIME_DIR=/run/buyer \
    systemd-analyze verify --user --recursive-errors=yes /home/buyer/.config/systemd/user/parcels.service
  cp /sdtest/buyer.service /etc/systemd/system/
  systemctl start buyer.service
  within 20 of_buyer is-system-running || return
  check the_user_unit_starts of_buyer start parcels.service
  same the_user_unit_says_what_it_does "$(test -n "$(of_buyer show -P StatusText parcels)" && echo yes)" yes
  check the_user_unit_and_the_command_line_share_a_database \
    test -s /home/buyer/.local/state/parcels/parcels.db
  check the_user_unit_is_filtered grep -q 'Seccomp:.2' "/proc/$(of_buyer show -P MainPID parcels)/status"
  check the_user_unit_stops_in_time timeout 25 systemctl stop buyer.service
}

installed
without_a_key
command_line
with_the_key
killed
hung
stopped
misconfigured
by_timer
with_a_dynamic_user
for_one_person
exit $FAILED
