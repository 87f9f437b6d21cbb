import { call } from "../../lib/fault";
import * as Firm from "../../wailsjs/go/bridge/Firm";
import * as Profiles from "../../wailsjs/go/bridge/Profiles";

export const getSettings = () => call(() => Firm.Settings());
export const zoneEffect = (timeZone: string) => call(() => Firm.Zone({ timeZone }));
export const tryKey = (key: string) => call(() => Firm.TryKey(key));
export const listProfiles = () => call(() => Profiles.List());
