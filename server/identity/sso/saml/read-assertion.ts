import { z } from "zod";
import { PERSISTENT } from "./service-provider.ts";

/** What a verified assertion says. Each of these is there exactly once, or the assertion is refused. */
export interface AssertionFacts {
  readonly id: string;
  readonly issuer: string;
  readonly nameId: string;
  readonly issuedAt: Date;
  readonly notBefore: Date;
  /** The earliest of those it names. */
  readonly notOnOrAfter: Date;
  readonly audiences: readonly string[];
  readonly recipient: string;
  readonly inResponseTo: string;
  readonly authnContext: string | null;
  /** Those with one value. */
  readonly attributes: ReadonlyMap<string, string>;
}

const BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

const one = <Shape extends z.ZodType>(shape: Shape) => z.tuple([shape]);
/** An element with text alone comes as a string, one with attributes as an object. */
const text = z
  .union([z.string(), z.object({ _: z.string() }).transform(({ _ }) => _)])
  .pipe(z.string().min(1).max(1024));
const moment = z.iso.datetime({ offset: true }).transform((value) => new Date(value));

const confirmation = z.object({
  $: z.object({ Method: z.literal(BEARER) }),
  SubjectConfirmationData: one(
    z.object({
      $: z.object({ NotOnOrAfter: moment, Recipient: z.string(), InResponseTo: z.string() }),
    }),
  ),
});

const assertion = z.object({
  $: z.object({ ID: z.string().min(1).max(256), IssueInstant: moment }),
  Issuer: one(text),
  Subject: one(
    z.object({
      NameID: one(
        z.object({ _: z.string().min(1).max(256), $: z.object({ Format: z.literal(PERSISTENT) }) }),
      ),
      SubjectConfirmation: one(confirmation),
    }),
  ),
  Conditions: one(
    z.object({
      $: z.object({ NotBefore: moment.optional(), NotOnOrAfter: moment }),
      AudienceRestriction: one(z.object({ Audience: z.array(text).min(1) })),
    }),
  ),
  AuthnStatement: z
    .array(z.object({ AuthnContext: one(z.object({ AuthnContextClassRef: one(text).optional() })) }))
    .length(1),
  AttributeStatement: z
    .array(
      z.object({
        Attribute: z
          .array(z.object({ $: z.object({ Name: z.string() }), AttributeValue: z.unknown().optional() }))
          .optional(),
      }),
    )
    .optional(),
});

/** Reads what the library parsed of an assertion whose signature fits. Throws for whatever is absent, twice or else. */
export function readAssertion(parsed: unknown): AssertionFacts {
  const { Assertion } = z.object({ Assertion: assertion }).parse(parsed);
  const [subject] = Assertion.Subject;
  const [conditions] = Assertion.Conditions;
  const { $: data } = subject.SubjectConfirmation[0].SubjectConfirmationData[0];
  const ends = Math.min(data.NotOnOrAfter.getTime(), conditions.$.NotOnOrAfter.getTime());
  const attributes = (Assertion.AttributeStatement ?? []).flatMap((each) => each.Attribute ?? []);
  const values = attributes.flatMap(({ $, AttributeValue }) => {
    const value = one(text).safeParse(AttributeValue);
    return value.success ? [[$.Name, value.data[0]] as const] : [];
  });
  return {
    id: Assertion.$.ID,
    issuer: Assertion.Issuer[0],
    nameId: subject.NameID[0]._,
    issuedAt: Assertion.$.IssueInstant,
    notBefore: conditions.$.NotBefore ?? Assertion.$.IssueInstant,
    notOnOrAfter: new Date(ends),
    audiences: conditions.AudienceRestriction[0].Audience,
    recipient: data.Recipient,
    inResponseTo: data.InResponseTo,
    authnContext: Assertion.AuthnStatement[0]?.AuthnContext[0].AuthnContextClassRef?.[0] ?? null,
    attributes: new Map(values),
  };
}
