import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Directory } from "../../../contract/sso.ts";
import { api } from "../api/client.ts";
import { useMay } from "../api/me.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { CopyBox, CopyField } from "../pieces/copy-field.tsx";
import { Card } from "../pieces/page.tsx";
import { useNow } from "../pieces/use-now.ts";
import { useFormats, useText } from "../texts/text-context.tsx";
import { DirectoryGroup } from "./directory-group.tsx";
import css from "./sso.module.css";
import { SOON_MS, ssoQuery, useChangeSso } from "./sso-query.ts";

/** SCIM: the address, the tokens, and what the directory's groups give. */
export function DirectoryCard({ directory }: { readonly directory: Directory }) {
  const { t } = useText();
  return (
    <Card padded>
      <div className={css.stack}>
        <p className={css.hint}>{t("sso.directoryHint")}</p>
        <CopyBox>
          <CopyField label={t("sso.scimUrl")} value={directory.baseUrl} />
        </CopyBox>
        <Tokens directory={directory} />
        {directory.groups.length === 0 ? null : (
          <div>
            <h4 className={css.label}>{t("sso.groups")}</h4>
            <p className={css.hint}>{t("sso.groupsHint")}</p>
            <ul className={css.rows}>
              {directory.groups.map((group) => (
                <DirectoryGroup key={group.id} group={group} />
              ))}
            </ul>
          </div>
        )}
      </div>
    </Card>
  );
}

function Tokens({ directory }: { readonly directory: Directory }) {
  const { t } = useText();
  const formats = useFormats();
  const now = useNow();
  const mayManage = useMay()("scim.manage");
  const queryClient = useQueryClient();
  const make = useMutation({
    mutationFn: () => api.makeScimToken(),
    onSuccess: ({ settings }) => queryClient.setQueryData(ssoQuery.queryKey, settings),
  });
  const revoke = useChangeSso((id: string) => api.revokeScimToken({ params: { id } }));
  return (
    <div>
      <h4 className={css.label}>{t("sso.tokens")}</h4>
      {make.data === undefined ? null : (
        <>
          <Callout tone="warn" title={t("sso.tokenOnce")}>
            {t("sso.tokenOnceWords")}
          </Callout>
          <CopyBox>
            <CopyField label={t("sso.token")} value={make.data.token} />
          </CopyBox>
        </>
      )}
      {endingSoon(directory, now).map(({ id, expiresAt }) => (
        <div key={id} className={css.ending}>
          <Callout tone="warn" title={t("sso.tokenEnds", { date: formats.date(expiresAt) })}>
            {t("sso.tokenEndsWords")}
          </Callout>
        </div>
      ))}
      <ul className={css.rows}>
        {directory.tokens.map(({ id, usedAt, expiresAt }) => (
          <li key={id} className={css.row}>
            <span className={css.words}>
              {usedAt === null ? t("sso.tokenUnused") : t("sso.tokenUsed", { ago: formats.ago(usedAt, now) })}
              {" · "}
              {t("sso.tokenUntil", { date: formats.date(expiresAt) })}
            </span>
            {mayManage ? (
              <Button variant="subtle" size="xs" loading={revoke.isPending} onClick={() => revoke.mutate(id)}>
                {t("sso.revoke")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <ProblemCallout error={make.error ?? revoke.error} />
      {mayManage && directory.tokens.length < 2 ? (
        <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
          {directory.tokens.length === 0 ? t("sso.makeToken") : t("sso.makeNextToken")}
        </Button>
      ) : null}
    </div>
  );
}

/** Those that work for less than two weeks, as the mails about it say. */
function endingSoon({ tokens }: Directory, now: number): Directory["tokens"] {
  return tokens.filter(({ expiresAt }) => Date.parse(expiresAt) - now <= SOON_MS);
}
