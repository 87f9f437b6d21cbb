import { useQuery } from "@tanstack/react-query";
import { getMe, getSettings } from "./session";
import { setZone } from "../lib/format";

/** Who is signed in. may() only hides: Go refuses all the same. */
export function useMe() {
  const me = useQuery({ queryKey: ["me"], queryFn: getMe, staleTime: 2_000, refetchInterval: 20_000 });
  const may = (permission?: string) => !permission || (me.data?.permissions.includes(permission) ?? false);
  return { me: me.data, may, again: me.refetch };
}

export function useFirm() {
  const query = useQuery({ queryKey: ["firm"], queryFn: getSettings, staleTime: 30_000 });
  if (query.data) setZone(query.data.timeZone);
  return query.data;
}
