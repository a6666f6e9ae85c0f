import type { GroupView } from "../identity/scim/groups.ts";
import { entityTag } from "../identity/scim/precondition.ts";
import type { UserView } from "../identity/scim/users.ts";

/** The schemas of RFC 7643 and RFC 7644. */
export const SCHEMA = {
  user: "urn:ietf:params:scim:schemas:core:2.0:User",
  group: "urn:ietf:params:scim:schemas:core:2.0:Group",
  list: "urn:ietf:params:scim:api:messages:2.0:ListResponse",
  error: "urn:ietf:params:scim:api:messages:2.0:Error",
  config: "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
  type: "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
  schema: "urn:ietf:params:scim:schemas:core:2.0:Schema",
} as const;

export function userReply(base: string, user: UserView): object {
  const { userName, externalId, displayName, givenName, familyName, email } = user.profile;
  return {
    schemas: [SCHEMA.user],
    id: user.id,
    ...(externalId === null ? {} : { externalId }),
    ...{ userName, displayName, active: user.active },
    name: {
      formatted: displayName,
      ...(givenName === null ? {} : { givenName }),
      ...(familyName === null ? {} : { familyName }),
    },
    emails: [{ value: email, type: "work", primary: true }],
    groups: user.groupIds.map((value) => ({ value, $ref: `${base}/Groups/${value}` })),
    meta: metaReply(base, "User", user),
  };
}

export function groupReply(base: string, group: GroupView, withMembers: "members" | "none"): object {
  const { displayName, externalId } = group.profile;
  const members = group.userIds.map((value) => ({ value, $ref: `${base}/Users/${value}` }));
  return {
    schemas: [SCHEMA.group],
    id: group.id,
    ...(externalId === null ? {} : { externalId }),
    displayName,
    ...(withMembers === "members" ? { members } : {}),
    meta: metaReply(base, "Group", group),
  };
}

export function listReply(resources: readonly object[], total: number, startIndex: number): object {
  return {
    schemas: [SCHEMA.list],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

/** What we can and what we leave out (RFC 7643, section 5). */
export function configReply(base: string): object {
  return {
    schemas: [SCHEMA.config],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 100 },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "Bearer token",
        description: "A token that an Admin makes in Settings, Single sign-on and directory.",
        primary: true,
      },
    ],
    meta: { resourceType: "ServiceProviderConfig", location: `${base}/ServiceProviderConfig` },
  };
}

export function resourceTypes(base: string): object[] {
  return (["User", "Group"] as const).map((name) => ({
    schemas: [SCHEMA.type],
    ...{ id: name, name, endpoint: `/${name}s`, schema: name === "User" ? SCHEMA.user : SCHEMA.group },
    meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/${name}` },
  }));
}

/** The attributes that we keep; all others are let go. */
export function schemas(base: string): object[] {
  return [
    schemaReply(base, SCHEMA.user, "User", [
      attribute("userName", "string", { required: true, uniqueness: "server" }),
      attribute("externalId", "string"),
      attribute("displayName", "string"),
      attribute("active", "boolean"),
      {
        ...attribute("name", "complex"),
        subAttributes: ["formatted", "givenName", "familyName"].map((name) => attribute(name, "string")),
      },
      {
        ...attribute("emails", "complex", { multiValued: true }),
        subAttributes: [attribute("value", "string"), attribute("primary", "boolean")],
      },
    ]),
    schemaReply(base, SCHEMA.group, "Group", [
      attribute("displayName", "string", { required: true, uniqueness: "server" }),
      attribute("externalId", "string"),
      {
        ...attribute("members", "complex", { multiValued: true }),
        subAttributes: [attribute("value", "string")],
      },
    ]),
  ];
}

function schemaReply(base: string, id: string, name: string, attributes: object[]): object {
  const meta = { resourceType: "Schema", location: `${base}/Schemas/${id}` };
  return { schemas: [SCHEMA.schema], id, name, attributes, meta };
}

function attribute(name: string, type: string, more: object = {}): object {
  return {
    ...{ name, type, multiValued: false, required: false, caseExact: false },
    ...{ mutability: "readWrite", returned: "default", uniqueness: "none" },
    ...more,
  };
}

function metaReply(base: string, resourceType: "User" | "Group", row: UserView | GroupView): object {
  return {
    resourceType,
    created: row.createdAt.toISOString(),
    lastModified: row.changedAt.toISOString(),
    location: `${base}/${resourceType}s/${row.id}`,
    version: entityTag(row),
  };
}
