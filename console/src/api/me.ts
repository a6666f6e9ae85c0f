import { useSuspenseQuery } from "@tanstack/react-query";
import type { Me } from "../../../contract/session.ts";
import { sessionQuery } from "./queries.ts";

/** Who is signed in; below the shell this is always known. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data.state !== "signed_in") throw new Error("useMe outside a signed-in page");
  return data;
}

/** `const may = useMay(); may("member.invite")`: what the server would allow. It decides; this only hides. */
export function useMay(): (permission: string) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}
