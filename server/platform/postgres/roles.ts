/**
 * The four roles of the database. Each logs in as itself, so injected SQL cannot change into another.
 *
 * owner: migrations only, then closed. app: serves people. purger: removes what retention ends. backup: reads.
 * None but the owner owns anything, and none may bypass row-level security.
 */
export const ROLES = {
  owner: "wardroom_owner",
  app: "wardroom_app",
  purger: "wardroom_purger",
  backup: "wardroom_backup",
} as const;

export type RoleKey = keyof typeof ROLES;

export const ROLE_KEYS = Object.keys(ROLES) as RoleKey[];

/** The name of Wardroom's database where we choose it. */
export const DATABASE = "wardroom";

/** What every role is, and with `login` how it comes in. A password must be free of quotes: ours are hexadecimal. */
export function createRoleSql(key: RoleKey, password: string | undefined): string {
  const access = password === undefined ? "nologin" : `login password '${password}'`;
  return `create role ${ROLES[key]} ${access} nosuperuser nocreatedb nocreaterole noreplication nobypassrls;`;
}

/** Who may enter a database and who owns it; nobody else, not even for a temporary table. */
export function databaseRightsSql(database: string): string[] {
  const others = ROLE_KEYS.filter((key) => key !== "owner").map((key) => ROLES[key]);
  return [
    `alter database ${database} owner to ${ROLES.owner};`,
    `revoke all on database ${database} from public;`,
    `grant connect on database ${database} to ${others.join(", ")};`,
  ];
}
