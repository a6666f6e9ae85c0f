import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client.ts";

/** Keys begin with "devices", as in the live event `changed`. */
export const ownDevicesQuery = queryOptions({
  queryKey: ["devices", "own"],
  queryFn: ({ signal }) => api.listOwnDevices({ signal }),
});

export const memberDevicesQuery = (id: string) =>
  queryOptions({
    queryKey: ["devices", "member", id],
    queryFn: ({ signal }) => api.listMemberDevices({ params: { id }, signal }),
  });

export const waitingDevicesQuery = queryOptions({
  queryKey: ["devices", "waiting"],
  queryFn: ({ signal }) => api.listWaitingDevices({ signal }),
});

/** An act on devices, after which all that is shown of them is asked for again. */
export function useDeviceAct<Input>(act: (input: Input) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["devices"] }),
  });
}
