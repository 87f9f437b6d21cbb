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

/** Sends bytes to Go, apart from the messages. Returns the handle by which a call names them. */
async function upload(data: Blob): Promise<string> {
  const { handle } = await call(() => Files.Expect({ size: data.size }));
  await call(async () => {
    const answer = await fetch(`/files/${handle}`, { method: "PUT", body: data });
    if (!answer.ok) throw new Error(await answer.text());
  });
  return handle;
}

/** Offers a picture that the page drew, then hands it over. */
export async function handPicture(name: string, data: Blob): Promise<boolean> {
  const handle = await upload(data);
  return hand(await call(() => Files.Keep({ name, handle })));
}
