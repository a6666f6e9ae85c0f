/**
 * How our PostgreSQL runs, as "name=value".
 *
 * Its own log never quotes what people wrote: errors of statements repeat the values they choke on ("invalid input
 * syntax for type integer: ..."), so statements are not logged at all, errors stay with the client that caused them
 * (the level `log` is above `error` in log_min_messages), and what is logged carries no detail.
 */
export function postgresSettings(folders: { socket: string; log: string }): string[] {
  return [
    "listen_addresses=",
    `unix_socket_directories=${folders.socket}`,
    "unix_socket_permissions=0700",
    `port=${SOCKET_PORT}`,
    "timezone=UTC",
    "log_timezone=UTC",
    "logging_collector=on",
    `log_directory=${folders.log}`,
    "log_filename=postgresql-%Y%m%dT%H%M%S.log",
    `log_rotation_size=${LOG_FILE_KIB}kB`,
    "log_rotation_age=1d",
    ...QUIET_LOG,
  ];
}

/** Only names the socket file: nothing listens on TCP. */
export const SOCKET_PORT = 5432;

/** The socket in its folder, as PostgreSQL calls it; its lock file is longer by `.lock`. */
export const SOCKET_NAME = `.s.PGSQL.${SOCKET_PORT}`;

/** How large one log file grows, in KiB. Ours; prune-log.ts keeps a few of them. */
const LOG_FILE_KIB = 4096;

export const QUIET_LOG: readonly string[] = [
  "log_min_messages=log",
  "log_min_error_statement=panic",
  "log_error_verbosity=terse",
  "log_statement=none",
  "log_min_duration_statement=-1",
  "log_min_duration_sample=-1",
  "log_parameter_max_length=0",
  "log_parameter_max_length_on_error=0",
];

export function asFlags(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => ["-c", setting]);
}
