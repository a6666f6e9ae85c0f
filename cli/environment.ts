/** Settings that must not be handed on to children, such as the database's processes. */
const SECRETS = [
  "WARDROOM_ROOT_KEY_PASSPHRASE",
  "DATABASE_URL",
  "WARDROOM_OWNER_DATABASE_URL",
  "WARDROOM_METRICS_TOKEN",
  "WARDROOM_SMTP_URL",
  "WARDROOM_SMTP_PASSWORD",
  "WARDROOM_SIMULATOR_CONTROL_TOKEN",
  "WARDROOM_OWNER_PASSWORD",
  "WARDROOM_META_APP_SECRET",
  "WARDROOM_META_ACCESS_TOKEN",
];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings of this process, taken out of its environment as far as they are secret. The demo has a data folder, a
 * key and ports of its own, and listens on this machine whatever the settings say.
 */
export function takeEnvironment(demo: boolean): Environment {
  const taken: Record<string, string | undefined> = { ...process.env };
  for (const name of SECRETS) delete process.env[name];
  if (!demo) return taken;
  const folder = `${taken["WARDROOM_DATA_DIR"] ?? (process.getuid?.() === 0 ? "/var/lib/wardroom" : "data")}-demo`;
  return {
    WARDROOM_DATA_DIR: folder,
    WARDROOM_HOST: "127.0.0.1",
    WARDROOM_PORT: taken["WARDROOM_PORT"],
    WARDROOM_SIMULATOR_PORT: taken["WARDROOM_SIMULATOR_PORT"],
    WARDROOM_LOG_LEVEL: taken["WARDROOM_LOG_LEVEL"],
  };
}
