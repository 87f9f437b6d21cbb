import { call } from "./fault";

/** Puts a text on the clipboard, in the window and in a browser alike. It fails with a Fault. */
export async function copyText(text: string): Promise<void> {
  await call(async () => {
    await (window as unknown as { runtime: { ClipboardSetText: (text: string) => Promise<boolean> } }).runtime.ClipboardSetText(text);
  });
}
