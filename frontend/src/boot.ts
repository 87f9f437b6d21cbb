// The name stands in the window before the program is read: its first paint does not wait for it.
const wanted = localStorage.getItem("mantine-color-scheme-value");
const dark = wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";

requestAnimationFrame(() => setTimeout(() => void import("./main")));

export {};
