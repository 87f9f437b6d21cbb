import { call } from "../../lib/fault";
import type { firm } from "../../lib/types";
import * as Firm from "../../wailsjs/go/bridge/Firm";

export const getSettings = () => call(() => Firm.Settings());
export const editSettings = (input: firm.Edit) => call(() => Firm.Edit(input));
