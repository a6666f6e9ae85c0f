import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { OwnershipOffer } from "../../../contract/teams.ts";
import { api } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { membersQuery, sessionQuery } from "../api/queries.ts";
import { Callout, ProblemCallout } from "../pieces/callout.tsx";
import { ownershipQuery } from "../teams/teams-query.ts";
import { useText } from "../texts/text-context.tsx";
import css from "./member-sections.module.css";

/** Ownership was offered to the reader: yes or no. */
export function OfferedOwnership() {
  const me = useMe();
  const offer = useQuery(ownershipQuery).data?.offer ?? null;
  return offer?.offeredTo === me.memberId ? <Offer offer={offer} /> : null;
}

function Offer({ offer }: { readonly offer: OwnershipOffer }) {
  const { t } = useText();
  const client = useQueryClient();
  const members = useQuery(membersQuery).data?.members ?? [];
  const name = members.find(({ id }) => id === offer.offeredBy)?.name ?? t("role.owner");
  const params = { params: { id: offer.id } };
  const accept = useMutation({
    mutationFn: () => api.acceptOwnership(params),
    // The role changed, so the session has ended: the console asks for a sign-in by itself.
    onSuccess: () => client.invalidateQueries(sessionQuery),
  });
  const decline = useMutation({
    mutationFn: () => api.endOwnershipOffer(params),
    onSuccess: () => client.invalidateQueries(ownershipQuery),
  });
  return (
    <div className={css.offer}>
      <Callout title={t("ownership.offered", { name })}>
        {t("ownership.offeredWords")}
        <div className={css.buttons}>
          <Button loading={accept.isPending} onClick={() => accept.mutate()}>
            {t("ownership.accept")}
          </Button>
          <Button variant="default" loading={decline.isPending} onClick={() => decline.mutate()}>
            {t("ownership.decline")}
          </Button>
        </div>
        <ProblemCallout error={accept.error ?? decline.error} />
      </Callout>
    </div>
  );
}
