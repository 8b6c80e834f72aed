/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const backend = process.env.DANQING_BACKEND ?? "http://127.0.0.1:3001";
const proxy = Object.fromEntries(
  // The Host header stays the page's own, so that the server's same-origin check holds in development.
  ["/api", "/files", "/healthz"].map((route) => [route, { target: backend, changeOrigin: false }]),
);

/** Everything but the pages and parts that are loaded when asked for, and the words of each language. */
function inFirstRoute(id: string): boolean {
  const later =
    /index\.html|src\/main\.tsx|features\/(account|admin|credits|gallery)\/|services\/(account|billing|doctor|providers|straight-upload)|app\/(Doors|SetupNotice)|common\/(Setup)?Command|useSubmit|VerifyNotice|ImagePreview|ShortcutSheet|PromptProposal|ToldPrompt|WordingArea|PromptPreview|PromptStylePicker|TemplatePicker|pan-?zoom|\/locales\/(zh-CN|en)\//i;
  return !later.test(id);
}

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": path("./src"), "@shared": path("../shared") } },
  server: {
    port: Number(process.env.PORT ?? 3000),
    strictPort: true,
    proxy,
    fs: { allow: [path("..")] },
  },
  preview: { port: Number(process.env.PORT ?? 3000), strictPort: true, proxy },
  build: {
    target: "es2022",
    // The content security policy knows no data: scripts or styles, and the polyfill would be dead weight.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: {
      output: {
        // The first route as one piece: twenty small ones would queue behind a browser's six connections.
        codeSplitting: { groups: [{ name: "studio", test: inFirstRoute }] },
      },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // One page for all files of a worker: making one for each took three quarters of the whole time.
    isolate: false,
  },
});
