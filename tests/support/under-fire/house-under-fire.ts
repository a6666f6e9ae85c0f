import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Child } from "../../../bench/support/child.ts";
import {
  DUPLICATE_EVERY,
  requestsOf,
  type Stretch,
  UPDATES_A_GROUP,
  type WebhookDoor,
} from "../../../bench/support/webhook-plan.ts";
import type { SetUpResult } from "../../../cli/set-up.ts";
import { systemClock } from "../../../server/platform/clock.ts";
import { makeDataFolder } from "../../../server/platform/data-folder.ts";
import { openLog } from "../../../server/platform/log.ts";
import { readPasswords } from "../../../server/platform/postgres/passwords.ts";
import { stopPostmaster } from "../../../server/platform/postgres/postmaster.ts";
import { ROLES } from "../../../server/platform/postgres/roles.ts";
import { openLocalCertificate } from "../../../server/platform/tls/local-certificate.ts";
import { State } from "../../../simulator/state.ts";
import { freePort } from "../free-port.ts";
import type { KeyRoomSettings } from "../key-room.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { TestSession, totpCode } from "../test-session.ts";
import { until } from "../until.ts";
import { Clicks } from "./clicks.ts";
import type { Counted } from "./count.ts";
import { NodeUnderFire } from "./node-under-fire.ts";
import { OWNER_PASSWORD } from "./owner-password.ts";
import type { PeerOrder, PeerReport, Seat } from "./peer.ts";

import { StubbornLoad } from "./stubborn-load.ts";

export interface FireOptions {
  readonly nodes: 1 | 2;
  /** Groups of the webhook plan that the load may bring: more than there is time for. */
  readonly groups: number;
  readonly random: SeededRandom;
  /** Where the first node keeps its data; a temporary folder unless told. */
  readonly dataFolder?: string;
  /** Customers in whose chats the agent clicks. */
  readonly callers?: number;
  /** Customers of the webhook plan who have written before; few unless told. */
  readonly contacts?: number;
  /** Messages that statuses of the plan name, round and round; one for each group unless told. */
  readonly outgoing?: number;
  /** Connections that the load opens to each node at the most. */
  readonly connections?: number;
}

/** What is in doubt holds its chat for a minute, and a lease runs for 15 s. */
const SETTLED_WITHIN_MS = 120_000;

const CONTACTS = 200;
const CALLERS = 24;

/** Connections that the load opens to each node at the most. Ours. */
const CONNECTIONS = 64;

/**
 * One Wardroom with the built-in PostgreSQL, or two on its database; Meta's side in a process of its own; webhooks
 * that are brought until they are taken; an agent who clicks. All that can be killed is killed from outside.
 */
export class HouseUnderFire implements AsyncDisposable {
  readonly nodes: readonly NodeUnderFire[];
  readonly stretch: Stretch;
  readonly load: StubbornLoad;
  readonly clicks: Clicks;
  /** The browser that is signed in, at the first node. */
  readonly agent: TestSession;
  readonly #opened: AsyncDisposableStack;
  readonly #peer: Child<PeerOrder, PeerReport>;
  readonly #peerState: { readonly file: string; readonly key: Buffer };
  readonly #seat: Seat;
  readonly #made: SetUpResult;
  readonly #callers: number;
  readonly #rootKey: string;

  static async open(options: FireOptions): Promise<HouseUnderFire> {
    await using opened = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), "wardroom-fire-"));
    chmodSync(folder, 0o755);
    opened.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    const dataFolder = makeDataFolder(options.dataFolder ?? join(folder, "data"));
    opened.defer(() => stopPostmaster(join(dataFolder, "postgres", "cluster")));

    const authority = await authorityOf(dataFolder);
    const peerState = { file: join(folder, "peer", "state"), key: randomBytes(32) };
    const { peer, seat } = await startPeer(opened, { authority, peerState });
    const rootKey = join(folder, "key", "root.key");
    const first = opened.use(new NodeUnderFire(await nodeSettings({ dataFolder, authority, seat, rootKey })));
    await first.start().ready;
    const { made } = await first.ask({ kind: "set_up" }, "set_up");
    const nodes = [first];
    if (options.nodes === 2) {
      const other = makeDataFolder(join(folder, "second"));
      const settings = await nodeSettings({
        ...{ dataFolder: other, authority: await authorityOf(other), seat, rootKey },
        more: {
          ...{ DATABASE_URL: first.appUrl, WARDROOM_OWNER_DATABASE_URL: roleUrl(first, "owner") },
          // Both answer to one name, as behind a balancer.
          WARDROOM_PUBLIC_URL: `https://localhost:${first.port}`,
        },
      });
      const second = opened.use(new NodeUnderFire(settings));
      await second.start().ready;
      nodes.push(second);
    }
    const { callers = CALLERS, connections = CONNECTIONS, groups, random } = options;
    const { contacts = CONTACTS, outgoing } = options;
    const stretch: Stretch = { firstGroup: 0, groups, contacts, ...(outgoing && { outgoing }) };
    await seed(first, made, stretch);
    peer.tell({ kind: "customers", count: callers });
    await peer.hear("written");
    peer.tell({ kind: "idle" });
    await peer.hear("idle");

    const sessions = await signIn(nodes, made);
    const clicks = opened.use(new Clicks(sessions, await takeChats(sessions[0], callers), random));
    const load = opened.use(
      new StubbornLoad(
        nodes.map(({ port, authority: pem }) => ({ port, authority: pem, connections })),
        random,
      ),
    );
    const rest = opened.move();
    return new HouseUnderFire({
      ...{ rest, nodes, stretch, load, clicks, peer, peerState, seat, made, callers, rootKey },
      agent: sessions[0] as TestSession,
    });
  }

  private constructor(parts: {
    readonly rest: AsyncDisposableStack;
    readonly nodes: readonly NodeUnderFire[];
    readonly stretch: Stretch;
    readonly load: StubbornLoad;
    readonly clicks: Clicks;
    readonly peer: Child<PeerOrder, PeerReport>;
    readonly peerState: { readonly file: string; readonly key: Buffer };
    readonly seat: Seat;
    readonly made: SetUpResult;
    readonly callers: number;
    /** The file. */
    readonly rootKey: string;
    readonly agent: TestSession;
  }) {
    this.#opened = parts.rest;
    this.nodes = parts.nodes;
    this.stretch = parts.stretch;
    this.load = parts.load;
    this.clicks = parts.clicks;
    this.#peer = parts.peer;
    this.#peerState = parts.peerState;
    this.#seat = parts.seat;
    this.#made = parts.made;
    this.#callers = parts.callers;
    this.#rootKey = parts.rootKey;
    this.agent = parts.agent;
  }

  get cluster(): string {
    return join(this.first.dataFolder, "postgres", "cluster");
  }

  get first(): NodeUnderFire {
    const [node] = this.nodes;
    if (node === undefined) throw new Error("a house has a node");
    return node;
  }

  /** Whose webhooks Meta's side signs. */
  get door(): WebhookDoor {
    const { appId, appSecret, wabaId, phoneNumberId } = this.#seat;
    return { appId, appSecret, wabaId, phoneNumberId };
  }

  get workspaceId(): string {
    return this.#made.workspaceId;
  }

  /** Begins to bring webhooks and to click. */
  light({ groupsPerSecond, clickEveryMs }: { groupsPerSecond: number; clickEveryMs: number }): void {
    const requests = requestsOf(this.stretch, {
      door: this.door,
      host: `localhost:${this.first.port}`,
      batch: UPDATES_A_GROUP,
    });
    this.load.start(requests, groupsPerSecond);
    this.clicks.start(clickEveryMs);
  }

  /** The address of the database for one of PostgreSQL's roles, or its administrator. */
  databaseUrl(role: keyof typeof ROLES | "superuser"): string {
    return roleUrl(this.first, role);
  }

  /** What a process of its own needs to work with the keys. */
  get keyRoom(): KeyRoomSettings {
    return { url: this.databaseUrl("app"), folder: dirname(this.#rootKey) };
  }

  /** Waits until nothing is under way any more, and counts all that there is. All nodes must run. */
  async settle(): Promise<Settled> {
    const groups = this.#groupsIn(await this.load.finish());
    const clicked = await this.clicks.finish();
    const { workspaceId } = this.#made;
    const count = async () =>
      (await this.first.ask({ kind: "count", workspaceId, groups }, "counted")).counted;
    let counted = await count();
    // Each may move the others: a status settles what was in doubt, and then what waited behind it goes.
    await until(async () => {
      this.#peer.tell({ kind: "idle" });
      await this.#peer.hear("idle");
      counted = await count();
      return isQuiet(counted);
    }, SETTLED_WITHIN_MS);
    await this.#peer[Symbol.asyncDispose]();
    return { ...counted, clicked, accepted: this.#countAccepted(), callers: this.#callers, groups };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }

  /** How many groups so many requests bring: each tenth brings an earlier one again. */
  #groupsIn(requests: number): number {
    return requests - Math.floor(requests / DUPLICATE_EVERY);
  }

  /** How often Meta's side took each message, by our id. Read from what it wrote down, once it has ended. */
  #countAccepted(): ReadonlyMap<string, number> {
    using state = new State(this.#peerState.file, this.#peerState.key);
    const accepted = new Map<string, number>();
    for (const { from, callbackData } of state.list("message")) {
      if (from !== "business") continue;
      const id = callbackData ?? "none";
      accepted.set(id, (accepted.get(id) ?? 0) + 1);
    }
    return accepted;
  }
}

/** What there is once all is quiet. */
export interface Settled extends Counted {
  /** The message of each click, by the click's id. */
  readonly clicked: ReadonlyMap<string, string>;
  /** How often Meta's side took each message, by our id. */
  readonly accepted: ReadonlyMap<string, number>;
  /** Groups of the webhook plan that were brought. */
  readonly groups: number;
  /** Customers who wrote to Meta's side themselves. */
  readonly callers: number;
}

/** Nothing is on its way: what is still queued waits behind a message in doubt, and no sender holds a number. */
function isQuiet({ sends, heldLeases }: Counted): boolean {
  if (heldLeases > 0) return false;
  return sends.every(({ outbox, held }) => outbox !== "sending" && (outbox !== "queued" || held));
}

async function authorityOf(dataFolder: string): Promise<string> {
  using certificate = await openLocalCertificate({
    ...{ dataFolder, names: ["localhost"], clock: systemClock, log: openLog("silent") },
  });
  return certificate.readAuthority().certificate;
}

async function startPeer(
  opened: AsyncDisposableStack,
  {
    authority,
    peerState,
  }: { readonly authority: string; readonly peerState: { readonly file: string; readonly key: Buffer } },
): Promise<{ peer: Child<PeerOrder, PeerReport>; seat: Seat }> {
  const settings = {
    ...{ port: await freePort(), stateFile: peerState.file, callbackCa: authority },
    stateKey: peerState.key.toString("base64"),
  };
  const peer = opened.use(
    new Child<PeerOrder, PeerReport>("../../tests/support/under-fire/peer.ts", {
      FIRE_PEER: JSON.stringify(settings),
    }),
  );
  const { seat } = await peer.hear("ready");
  return { peer, seat };
}

async function nodeSettings(node: {
  readonly dataFolder: string;
  readonly authority: string;
  readonly seat: Seat;
  readonly rootKey: string;
  readonly more?: Readonly<Record<string, string>>;
}): Promise<ConstructorParameters<typeof NodeUnderFire>[0]> {
  const port = await freePort();
  const { dataFolder, authority } = node;
  return {
    ...{ port, dataFolder, authority },
    environment: {
      FIRE_SEAT: JSON.stringify(node.seat),
      WARDROOM_DATA_DIR: dataFolder,
      WARDROOM_ROOT_KEY_FILE: node.rootKey,
      WARDROOM_PORT: String(port),
      WARDROOM_LOG_LEVEL: "silent",
      ...node.more,
    },
  };
}

function roleUrl({ appUrl, dataFolder }: NodeUnderFire, role: keyof typeof ROLES | "superuser"): string {
  const passwords = readPasswords(join(dataFolder, "postgres-passwords.json"));
  const name = role === "superuser" ? "postgres" : ROLES[role];
  const url = new URL(appUrl);
  url.username = name;
  url.password = passwords[role];
  return url.href;
}

async function seed(node: NodeUnderFire, made: SetUpResult, stretch: Stretch): Promise<void> {
  const { workspaceId, number } = made;
  if (number === null) throw new Error("no number was connected");
  await node.ask({ kind: "seed", workspaceId, numberId: number.id, stretch }, "seeded");
}

async function signIn(nodes: readonly NodeUnderFire[], made: SetUpResult): Promise<TestSession[]> {
  const sessions = nodes.map(
    ({ port, authority }) => new TestSession(`https://localhost:${port}`, authority),
  );
  const [first, ...others] = sessions;
  await first?.post("/session", { email: made.owner.email, password: OWNER_PASSWORD });
  await first?.post("/session/factor", { totp: totpCode(made.owner.totpSecret, new Date()) });
  // One browser may talk to any node: the session is in the database.
  for (const other of others)
    for (const [name, value] of first?.cookies ?? []) other.cookies.set(name, value);
  return sessions;
}

/** Takes the chats of those who have just called. */
async function takeChats(session: TestSession | undefined, callers: number): Promise<string[]> {
  if (session === undefined) throw new Error("nobody has signed in");
  const page = await session.get(`/conversations?view=unassigned&limit=${callers}`);
  const ids = (page.conversations as Array<{ id: string }>).map(({ id }) => id);
  for (const id of ids) await session.post(`/conversations/${id}/take`);
  return ids;
}
