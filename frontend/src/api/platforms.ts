import { call } from "../lib/fault";
import * as Platforms from "../wailsjs/go/bridge/Platforms";

export const readPlatforms = () => call(() => Platforms.Listed());
export const listContracts = (id: number) => call(() => Platforms.Contracts(id));
