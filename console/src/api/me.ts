import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import type { Me } from "../../../contract/session.ts";
import { sessionQuery } from "./queries.ts";

/**
 * Who is signed in; below the shell this is always known. It follows changes but asks nothing by itself, and while the
 * session is being left it still names the last one, so that the page does not fall over on its way out.
 */
export function useMe(): Me {
  const { data } = useQuery({ ...sessionQuery, enabled: false });
  const known = useRef<Me>(undefined);
  if (data?.state === "signed_in") known.current = data;
  if (known.current === undefined) throw new Error("useMe outside a signed-in page");
  return known.current;
}

/** `const may = useMay(); may("member.invite")`: what the server would allow. It decides; this only hides. */
export function useMay(): (permission: string) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}
