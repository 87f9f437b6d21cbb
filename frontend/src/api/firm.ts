import { useQuery } from "@tanstack/react-query";
import { call } from "../lib/fault";
import { setZone } from "../lib/format";
import * as Firm from "../wailsjs/go/bridge/Firm";

export const getSettings = () => call(() => Firm.Settings());
export const zoneEffect = (timeZone: string) => call(() => Firm.Zone({ timeZone }));
export const tryKey = (key: string) => call(() => Firm.TryKey(key));
export const getHome = () => call(() => Firm.Home());
export const getMe = () => call(() => Firm.Me());

/** Who is signed in. may() only hides: Go refuses all the same. */
export function useMe() {
  const me = useQuery({ queryKey: ["me"], queryFn: getMe, staleTime: 2_000 });
  const may = (permission?: string) => !permission || (me.data?.permissions.includes(permission) ?? false);
  return { me: me.data, may, again: me.refetch };
}

export function useFirm() {
  const query = useQuery({ queryKey: ["firm"], queryFn: getSettings, staleTime: 30_000 });
  if (query.data) setZone(query.data.timeZone);
  return query.data;
}
