/**
 * The few lines of sh between this process and a server. They hold the read end of a pipe whose only write end
 * is ours: when we die, by whatever signal, the pipe closes and the server is stopped.
 *
 *   launcher ──stdin pipe──► sh ──► server
 *                            └──► guard: pipe closed? stop signal, wait, SIGKILL
 *
 * A shell rather than a Node process: it weighs 1 MB instead of 40 and is on every machine.
 * Arguments: stop signal, tenths of a second to wait, command … The server's pid is written to descriptor 3.
 */
export const GUARD_SCRIPT = `
signal=$1; patience=$2; shift 2
exec 4<&0
"$@" 3>&- 4<&- &
server=$!
echo "$server" >&3
exec 3>&-
(
  cat >/dev/null
  kill -s "$signal" "$server"
  while [ "$patience" -gt 0 ] && kill -0 "$server"; do sleep 0.1; patience=$((patience - 1)); done
  kill -s KILL "$server"
) <&4 >/dev/null 2>&1 &
guard=$!
exec 4<&-
wait "$server"
code=$?
kill "$guard" 2>/dev/null
exit "$code"
`;
