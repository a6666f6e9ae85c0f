import { isSensitive, PERMISSIONS, type Permission, permissionsOf } from "../server/access/permissions.ts";
import { ROLES } from "../server/identity/actor.ts";

/** A route as it was registered. */
interface RegisteredRoute {
  readonly method: string;
  readonly path: string;
  readonly access: string;
}

const HEAD = `# Who may do what

Written by tools/write-permissions.ts from server/access/permissions.ts and the routes as they are registered; a test
compares. The same table decides for routes, for what a socket may watch, and for the console's menus.

A level includes the one before. One exception is written out: to see into every chat of one's teams is a Team Lead's work
and not an Admin's (\`conversation.view_team\`). Admins and Owners see that each chat is there, and open one that is not
theirs with a reason that is kept. What the table grants is then narrowed by whose it is: an Agent's own chats and the
waiting ones of their teams, a Team Lead's own teams and the agents in them; nobody acts on somebody above them, on their
own role, or on the last Owner. What is hidden answers as what is not there.

A sensitive permission (*) asks for a factor proved within 5 minutes, in place. Periodic work acts for nobody: it has no
role, and does what an act has queued in the name of its member after the table allowed it.

`;

const STAGES: ReadonlyArray<readonly [access: string, words: string]> = [
  ["public", "anybody; the handler asks for its own secret (a code, a link)"],
  ["device_key", "a browser by itself, with a signature of its device's key; cookies count for nothing"],
  ["any_session", "any session, whatever it still has to prove"],
  ["factor_pending", "a session that has a factor to prove: signing in, unlocking, confirming"],
  ["enrolling", "a session that has a factor to enrol"],
  ["device_pending", "a session whose device waits to be approved"],
  ["password_pending", "a session that has a new password to choose"],
  ["signed_in", "everybody who is signed in"],
];

/** docs/permissions.md. */
export function describePermissions(routes: readonly RegisteredRoute[]): string {
  const of = (access: string) =>
    routes
      .filter((route) => route.access === access)
      .map(({ method, path }) => `\`${method} ${path}\``)
      .sort()
      .join(", ");
  const rows = PERMISSIONS.map((permission) => {
    const marks = ROLES.map((role) => (permissionsOf(role).includes(permission) ? "✓" : "")).join(" | ");
    const name = `\`${permission}\`${isSensitive(permission as Permission) ? " *" : ""}`;
    return `| ${name} | ${marks} | ${of(permission)} |`;
  });
  const stages = STAGES.filter(([access]) => of(access) !== "").map(
    ([access, words]) => `| ${words} | ${of(access)} |`,
  );
  return [
    `${HEAD}| permission | Agent | Team Lead | Admin | Owner | routes |`,
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    "What needs no permission:",
    "",
    "| who | routes |",
    "|---|---|",
    ...stages,
    "",
  ].join("\n");
}
