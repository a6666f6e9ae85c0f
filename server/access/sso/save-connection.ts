import { X509Certificate } from "node:crypto";
import { type Actor, actorName } from "../../identity/actor.ts";
import { record } from "../../identity/handles.ts";
import { readPolicyRows } from "../../identity/policy/policy-rows.ts";
import {
  connectionIdOf,
  deleteConnection,
  findConnection,
  nextVersion,
  type OidcConnection,
  type SamlConnection,
  type SsoConnection,
  saveConnection,
  sealClientSecret,
} from "../../identity/sso/connection.ts";
import type { SsoHandles } from "../../identity/sso/handles.ts";
import { discoverProvider } from "../../identity/sso/oidc/discover.ts";
import { providerOrigin } from "../../identity/sso/oidc/provider-client.ts";
import type { OidcSettings, SamlSettings, Trust } from "../../identity/sso/settings.ts";
import type { Protocol } from "../../identity/sso/tables.ts";
import { Refusal } from "../../platform/refusal.ts";
import type { Secret } from "../../platform/secret.ts";
import { actOnMembers, type MemberAct } from "../act-on-members.ts";

/** What an Admin says of how the provider's own second factor is told. Saying it is the attestation. */
export interface GivenTrust {
  readonly acrValues: readonly string[];
  readonly amrValues: readonly string[];
}

interface GivenCommon {
  readonly label: string;
  readonly enabled: boolean;
  /** "keep": as it is, with the day on which it was said. Null: our second factor is always asked for. */
  readonly trust: GivenTrust | "keep" | null;
}

export interface GivenOidc extends GivenCommon {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: as it is. It is never shown again. */
  readonly clientSecret: Secret<string> | undefined;
  readonly directoryClaim: OidcSettings["directoryClaim"];
}

export interface GivenSaml extends GivenCommon {
  readonly entityId: string;
  readonly signInUrl: string;
  readonly certificates: readonly string[];
  readonly directoryClaim: SamlSettings["directoryClaim"];
}

/**
 * Saves the OpenID Connect connection. The provider is asked for its endpoints now, and only now: what it says later
 * leads nowhere else. A connection is on only after a test through exactly these settings came back.
 */
export async function saveOidc(handles: SsoHandles, actor: Actor, given: GivenOidc): Promise<void> {
  const endpoints = await discoverProvider(handles, given.issuer);
  await actOnMembers(handles, actor, "sso.manage", async (act) => {
    const { tx, vault, now } = act;
    const before = await findConnection(tx, vault, "oidc");
    const id = connectionIdOf(vault, "oidc");
    const secret = given.clientSecret;
    const secretSealed =
      secret === undefined
        ? (before?.secretSealed ?? null)
        : await sealClientSecret(tx, vault, { connectionId: id, secret, now });
    if (secretSealed === null) throw new Refusal("invalid", "sso.secret_missing");
    const settings: OidcSettings = {
      ...commonOf(given, before, act),
      ...{ issuer: given.issuer, clientId: given.clientId, endpoints, directoryClaim: given.directoryClaim },
    };
    const isSame =
      secret === undefined &&
      before !== undefined &&
      isSameTrustBase(before.settings, settings, ["issuer", "clientId", "endpoints"]);
    const connection: Draft<OidcConnection> = { protocol: "oidc", id, secretSealed, settings };
    await save(handles, actor, act, { given, before, connection, isSame });
  });
}

/** Saves the SAML connection: off until a test through exactly these settings came back. */
export async function saveSaml(handles: SsoHandles, actor: Actor, given: GivenSaml): Promise<void> {
  providerOrigin(handles, given.signInUrl);
  const certificates = given.certificates.map(readCertificate);
  await actOnMembers(handles, actor, "sso.manage", async (act) => {
    const before = await findConnection(act.tx, act.vault, "saml");
    const settings: SamlSettings = {
      ...commonOf(given, before, act),
      ...{ entityId: given.entityId, signInUrl: given.signInUrl, certificates },
      directoryClaim: given.directoryClaim,
    };
    const isSame =
      before !== undefined &&
      isSameTrustBase(before.settings, settings, ["entityId", "signInUrl", "certificates"]);
    const id = connectionIdOf(act.vault, "saml");
    const connection: Draft<SamlConnection> = { protocol: "saml", id, secretSealed: null, settings };
    await save(handles, actor, act, { given, before, connection, isSame });
  });
}

/** Takes a connection away, and with it what was linked through it. */
export async function removeConnection(handles: SsoHandles, actor: Actor, protocol: Protocol): Promise<void> {
  await actOnMembers(handles, actor, "sso.manage", async ({ tx, vault, now }) => {
    const connection = await findConnection(tx, vault, protocol);
    if (connection === undefined) return;
    await requireAnotherWayIn({ tx, vault }, protocol);
    await deleteConnection(tx, vault, { connectionId: connection.id, now });
    await record(handles, tx, actor.workspaceId, {
      kind: "identity.sso_removed",
      actor: actorName(actor),
      subject: `connection:${connection.id}`,
      outcome: "success",
      detail: { protocol },
    });
  });
}

type Draft<C extends SsoConnection> = Pick<C, "protocol" | "id" | "secretSealed" | "settings">;

async function save(
  handles: SsoHandles,
  actor: Actor,
  act: MemberAct,
  given: {
    readonly given: GivenCommon;
    readonly before: SsoConnection | undefined;
    readonly connection: Draft<OidcConnection> | Draft<SamlConnection>;
    /** Whether a test of before still says something. */
    readonly isSame: boolean;
  },
): Promise<void> {
  const { tx, vault, now, self } = act;
  const { before, connection, isSame } = given;
  const provedAt = isSame ? (before?.settings.provedAt ?? null) : null;
  const { enabled } = given.given;
  if (enabled && provedAt === null) throw new Refusal("conflict", "sso.not_tested");
  if (before?.enabled === true && !enabled) await requireAnotherWayIn(act, connection.protocol);
  await saveConnection(tx, vault, {
    ...connection,
    settings: { ...connection.settings, provedAt },
    ...{ workspaceId: vault.workspaceId, enabled, changedAt: now, changedBy: self.id },
    version: nextVersion(before?.version, now),
  } as SsoConnection);
  const { trust } = connection.settings;
  await record(handles, tx, actor.workspaceId, {
    kind: "identity.sso_changed",
    actor: actorName(actor),
    subject: `connection:${connection.id}`,
    outcome: "success",
    detail: {
      ...{ protocol: connection.protocol, enabled, providerChanged: !isSame },
      trusts: trust === null ? "nothing" : JSON.stringify([trust.acrValues, trust.amrValues]),
      directoryClaim: connection.settings.directoryClaim ?? "none",
    },
  });
}

/** While the workspace signs in by its company's account only, the last connection stays. */
async function requireAnotherWayIn(
  { tx, vault }: Pick<MemberAct, "tx" | "vault">,
  protocol: Protocol,
): Promise<void> {
  const { values } = await readPolicyRows(tx, vault);
  if (values.ssoOnly?.required !== true) return;
  const other = await findConnection(tx, vault, protocol === "oidc" ? "saml" : "oidc");
  if (other?.enabled !== true) throw new Refusal("conflict", "sso.only_way_in");
}

function commonOf(given: GivenCommon, before: SsoConnection | undefined, { now, self }: MemberAct) {
  return { label: given.label, trust: trustOf(given.trust, before, now, self.id), provedAt: null };
}

function trustOf(
  given: GivenCommon["trust"],
  before: SsoConnection | undefined,
  now: Date,
  attestedBy: string,
): Trust | null {
  if (given === "keep") return before?.settings.trust ?? null;
  if (given === null || given.acrValues.length + given.amrValues.length === 0) return null;
  const { acrValues, amrValues } = given;
  return { acrValues: [...acrValues], amrValues: [...amrValues], attestedBy, attestedAt: now.toISOString() };
}

function isSameTrustBase<Settings extends object>(
  before: Settings,
  after: Settings,
  fields: ReadonlyArray<keyof Settings>,
): boolean {
  return fields.every((field) => JSON.stringify(before[field]) === JSON.stringify(after[field]));
}

/** As PEM, whether it came so or as the bare base64 of a metadata document. */
function readCertificate(text: string): string {
  const bare = text.replaceAll(/-----(BEGIN|END) CERTIFICATE-----|\s/g, "");
  const pem = `-----BEGIN CERTIFICATE-----\n${bare.match(/.{1,64}/g)?.join("\n") ?? ""}\n-----END CERTIFICATE-----\n`;
  try {
    const { publicKey } = new X509Certificate(pem);
    const { modulusLength = 2048 } = publicKey.asymmetricKeyDetails ?? {};
    if (publicKey.asymmetricKeyType === "rsa" && modulusLength < 2048) throw new Error("a short key");
    return pem;
  } catch (cause) {
    throw new Refusal("invalid", "sso.certificate_unreadable", { cause });
  }
}
