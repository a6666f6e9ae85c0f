import { useQuery } from "@tanstack/react-query";
import { callbackQuery } from "../api/queries.ts";
import { ErrorState, SkeletonRows } from "../pieces/states.tsx";
import { CallbackBox } from "./callback-box.tsx";

export function NumberCallback({ numberId }: { readonly numberId: string }) {
  const callback = useQuery(callbackQuery(numberId));
  if (callback.isError) return <ErrorState error={callback.error} onRetry={() => void callback.refetch()} />;
  if (callback.data === undefined) return <SkeletonRows rows={1} avatar={false} />;
  return <CallbackBox callback={callback.data} />;
}
