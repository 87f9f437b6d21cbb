import { call } from "../lib/fault";
import type { bridge } from "../lib/types";
import * as Files from "../wailsjs/go/bridge/Files";

/** Hands an offered file over: the window asks where to put it; a browser fetches it. Tells whether it went anywhere. */
export async function hand(file: bridge.File): Promise<boolean> {
  const saved = await call(() => Files.Save(file.handle));
  if (!saved.url) return saved.done;
  const link = document.createElement("a");
  link.href = saved.url;
  link.download = file.name;
  document.body.append(link);
  link.click();
  link.remove();
  return true;
}

/** Offers a picture that the page drew, then hands it over. */
export async function handPicture(name: string, data: Blob): Promise<boolean> {
  const bytes = new Uint8Array(await data.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return hand(await call(() => Files.Keep({ name, data: btoa(text) })));
}
