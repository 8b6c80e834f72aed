import { describe, expect, it } from "vitest";
import { provider } from "@/testing/fixtures";
import { inReadersOrder } from "./providers";

describe("inReadersOrder", () => {
  const all = [
    provider({ id: "dashscope", market: "china" }),
    provider({ id: "zhipu", market: "china" }),
    provider({ id: "openai" }),
    provider({ id: "comfyui", needs: "address" }),
    provider({ id: "gemini" }),
  ];
  const ids = (language: string) => inReadersOrder(all, language).map(({ id }) => id);
  it("begins with the vendors that a reader meets first and ends with one's own servers", () => {
    expect(ids("zh-CN")).toEqual(["dashscope", "zhipu", "openai", "gemini", "comfyui"]);
    expect(ids("en")).toEqual(["openai", "gemini", "dashscope", "zhipu", "comfyui"]);
  });
});
