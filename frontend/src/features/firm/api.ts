import { noting } from "../../lib/change";
import { call } from "../../lib/fault";
import type { firm } from "../../lib/types";
import * as Firm from "../../wailsjs/go/bridge/Firm";
import * as Profiles from "../../wailsjs/go/bridge/Profiles";

export const getSettings = () => call(() => Firm.Settings());
export const editSettings = noting("journal.firm.edited", (input: firm.Edit) => call(() => Firm.Edit(input)));
export const zoneEffect = (timeZone: string) => call(() => Firm.Zone({ timeZone }));
export const tryKey = (key: string) => call(() => Firm.TryKey(key));
export const listProfiles = () => call(() => Profiles.List());
const used = (families: string[]) => call(() => Profiles.Use({ families }));
export const chooseFamilies = (families: string[], before: string[]) =>
  noting("journal.firm.families", used, () => () => used(before))(families);
