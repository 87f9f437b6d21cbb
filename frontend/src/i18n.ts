import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./locales/en.json";
import fr from "./locales/fr.json";

export type Key = keyof typeof fr;

// en.json is complete by type.
const complete: Record<Key, string> = en;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    keySeparator: false;
    nsSeparator: false;
    resources: { translation: typeof fr };
  }
}

const stored = localStorage.getItem("habilis.language");

void i18next.use(initReactI18next).init({
  lng: stored === "en" ? "en" : "fr",
  fallbackLng: "fr",
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  resources: { fr: { translation: fr }, en: { translation: complete } },
});

document.documentElement.lang = i18next.language;
document.documentElement.dataset.density = localStorage.getItem("habilis.density") ?? "comfortable";

/** Says a key that Go named; one that is unknown is shown as it is. */
export function say(key: string, params?: Record<string, string | number>): string {
  return String(i18next.t(key as Key, params as never));
}

export function setLanguage(language: string): void {
  localStorage.setItem("habilis.language", language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}
