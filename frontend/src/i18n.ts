import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import fr from "./locales/fr.json";

export type Key = keyof typeof fr;

// Read only where it is wanted; complete by type.
const english = async (): Promise<Record<Key, string>> => (await import("./locales/en.json")).default;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    keySeparator: false;
    nsSeparator: false;
    resources: { translation: typeof fr };
  }
}

const lng = localStorage.getItem("habilis.language") === "en" ? "en" : "fr";

void i18next.use(initReactI18next).init({
  lng,
  fallbackLng: "fr",
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  resources: { fr: { translation: fr }, ...(lng === "en" && { en: { translation: await english() } }) },
});

document.documentElement.lang = i18next.language;
document.documentElement.dataset.density = localStorage.getItem("habilis.density") ?? "comfortable";

/** Says a key that Go named; one that is unknown is shown as it is. */
export function say(key: string, params?: Record<string, string | number>): string {
  return String(i18next.t(key as Key, params as never));
}

export async function setLanguage(language: string): Promise<void> {
  localStorage.setItem("habilis.language", language);
  if (language === "en" && !i18next.hasResourceBundle("en", "translation")) i18next.addResourceBundle("en", "translation", await english());
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
