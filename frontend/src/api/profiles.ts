import { call } from "../lib/fault";
import * as Profiles from "../wailsjs/go/bridge/Profiles";

export const listProfiles = () => call(() => Profiles.List());
