import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Wails embeds dist, so dist/.gitkeep must outlive a build: it is copied back from public.
// Nothing is inlined: the content security policy allows no data: script, style or font.
export default defineConfig({
  plugins: [react()],
  build: {
    target: "safari16",
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
  server: { host: "127.0.0.1", strictPort: true },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    passWithNoTests: true,
    restoreMocks: true,
  },
});
