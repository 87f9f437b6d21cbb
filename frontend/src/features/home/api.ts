import { call } from "../../lib/fault";
import * as Firm from "../../wailsjs/go/bridge/Firm";

export const getHome = () => call(() => Firm.Home());
export const finishFollowUp = (id: number) => call(() => Firm.FinishFollowUp(id));
