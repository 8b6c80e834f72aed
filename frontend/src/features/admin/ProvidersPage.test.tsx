import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { credential, keyTest, provider } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { problem, server } from "@/testing/server";
import type { Provider } from "@/types/api";
import { ProvidersPage } from "./ProvidersPage";

const LIST = "/api/admin/providers";

/** What the server would list, changed by the handlers of a test. */
function listed(...items: Provider[]) {
  server.use(http.get(LIST, () => HttpResponse.json({ items })));
}

/** Every body that was sent to an address. */
function sent(method: "post" | "patch", path: string, answer: () => Response) {
  const bodies: unknown[] = [];
  server.use(
    http[method](path, async ({ request }) => {
      bodies.push(await request.json());
      return answer();
    }),
  );
  return bodies;
}

const card = async (name: string) => within(await screen.findByRole("region", { name }));

describe("ProvidersPage", () => {
  it("shows each vendor with its state and where its key is made", async () => {
    listed(
      provider({ name: "OpenAI" }),
      provider({
        id: "fal",
        name: "fal",
        configured: true,
        environment: {
          keyVariable: "FAL_API_KEY",
          addressVariable: "FAL_BASE_URL",
          baseUrl: null,
          accounts: [{ label: "FAL_API_KEY", keyHint: "9876", restsUntil: null }],
        },
      }),
    );
    renderPage(<ProvidersPage />);
    const openai = await card("OpenAI");
    expect(openai.getByText("未填写密钥")).toBeVisible();
    expect(openai.getByRole("link", { name: "获取密钥" })).toHaveAttribute(
      "href",
      "https://platform.example.com/keys",
    );
    const fal = await card("fal");
    expect(fal.getByText("使用中")).toBeVisible();
    expect(fal.getByText(/尾号 9876/)).toBeVisible();
  });

  it("tests a key before it is kept, and keeps one that works", async () => {
    listed(provider());
    const tests = sent("post", `${LIST}/openai/test`, () => HttpResponse.json(keyTest()));
    const kept = sent("post", `${LIST}/openai/credentials`, () =>
      HttpResponse.json(credential(), { status: 201 }),
    );
    renderPage(<ProvidersPage />);
    const openai = await card("OpenAI");
    await userEvent.click(openai.getByRole("button", { name: "添加密钥" }));
    await userEvent.type(openai.getByLabelText("密钥"), " sk-good ");
    expect(openai.getByLabelText("密钥")).toHaveAttribute("type", "password");
    await userEvent.click(openai.getByRole("button", { name: "测试并保存" }));
    await waitFor(() => expect(kept).toEqual([{ apiKey: "sk-good" }]));
    // Once is enough: the server remembers what the test found.
    expect(tests).toEqual([{ apiKey: "sk-good" }]);
  });

  it("says what is wrong with a key and keeps it only if asked to", async () => {
    listed(provider());
    const refused = keyTest({ ok: false, outcome: "key_refused", message: "密钥被拒绝", advice: "重新复制" });
    sent("post", `${LIST}/openai/test`, () => HttpResponse.json(refused));
    const kept = sent("post", `${LIST}/openai/credentials`, () =>
      HttpResponse.json(credential(), { status: 201 }),
    );
    renderPage(<ProvidersPage />);
    const openai = await card("OpenAI");
    await userEvent.click(openai.getByRole("button", { name: "添加密钥" }));
    await userEvent.type(openai.getByLabelText("密钥"), "sk-bad");
    await userEvent.click(openai.getByRole("button", { name: "测试并保存" }));
    expect(await openai.findByText("密钥被拒绝")).toBeVisible();
    expect(openai.getByText("重新复制")).toBeVisible();
    expect(kept).toEqual([]);
    await userEvent.click(openai.getByRole("button", { name: "仍然保存" }));
    await waitFor(() => expect(kept).toEqual([{ apiKey: "sk-bad" }]));
  });

  it("takes the address of another region with one press", async () => {
    listed(provider());
    const elsewhere = "https://elsewhere.example.com";
    const answers = [
      keyTest({ ok: false, outcome: "other_region", message: "别的地域", baseUrl: elsewhere }),
      keyTest(),
    ];
    const tests = sent("post", `${LIST}/openai/test`, () => HttpResponse.json(answers.shift() ?? keyTest()));
    const kept = sent("post", `${LIST}/openai/credentials`, () =>
      HttpResponse.json(credential(), { status: 201 }),
    );
    renderPage(<ProvidersPage />);
    const openai = await card("OpenAI");
    await userEvent.click(openai.getByRole("button", { name: "添加密钥" }));
    await userEvent.type(openai.getByLabelText("密钥"), "sk-abroad");
    await userEvent.click(openai.getByRole("button", { name: "测试并保存" }));
    await userEvent.click(await openai.findByRole("button", { name: `使用 ${elsewhere}` }));
    await waitFor(() => expect(kept).toEqual([{ apiKey: "sk-abroad", baseUrl: elsewhere }]));
    expect(tests[1]).toEqual({ apiKey: "sk-abroad", baseUrl: elsewhere });
  });

  it("changes only what was changed, and shows the server's complaint at its field", async () => {
    listed(provider({ configured: true, credentials: [credential({ baseUrl: "https://one.example.com" })] }));
    const changes = sent("patch", `${LIST}/openai/credentials/cred_1`, () =>
      problem(400, "invalid_request", {
        errors: [{ field: "apiKey", code: "other_host", message: "需要重新填写" }],
      }),
    );
    renderPage(<ProvidersPage />);
    const openai = await card("OpenAI");
    await userEvent.click(openai.getByRole("button", { name: "修改" }));
    const address = openai.getByLabelText("地址");
    await userEvent.clear(address);
    await userEvent.type(address, "https://two.example.com");
    await userEvent.click(openai.getByRole("button", { name: "保存" }));
    expect(await openai.findByText("需要重新填写")).toBeVisible();
    expect(changes).toEqual([{ baseUrl: "https://two.example.com" }]);
  });

  it("takes a stored proxy and a stored secret away", async () => {
    const stored = credential({ proxy: "proxy.example.com:8080", hasWebhookSecret: true });
    listed(provider({ configured: true, credentials: [stored] }));
    const changes = sent("patch", `${LIST}/openai/credentials/cred_1`, () => HttpResponse.json(credential()));
    const tests = sent("post", `${LIST}/openai/test`, () => HttpResponse.json(keyTest()));
    renderPage(<ProvidersPage />);
    const openai = await card("OpenAI");
    await userEvent.click(openai.getByRole("button", { name: "修改" }));
    await userEvent.click(openai.getByRole("button", { name: "移除已保存的代理" }));
    await userEvent.click(openai.getByRole("button", { name: "移除已保存的回调密钥" }));
    await userEvent.click(openai.getByRole("button", { name: "保存" }));
    await waitFor(() => expect(changes).toEqual([{ proxy: null, webhookSecret: null }]));
    // The way to the vendor is another one now.
    await waitFor(() => expect(tests).toEqual([{ credentialId: "cred_1" }]));
  });

  it("tests a new key on the stored way to the vendor", async () => {
    const stored = credential({ baseUrl: "https://one.example.com", proxy: "proxy.example.com:8080" });
    listed(provider({ configured: true, credentials: [stored] }));
    const tests = sent("post", `${LIST}/openai/test`, () => HttpResponse.json(keyTest()));
    const changes = sent("patch", `${LIST}/openai/credentials/cred_1`, () => HttpResponse.json(stored));
    renderPage(<ProvidersPage />);
    const openai = await card("OpenAI");
    await userEvent.click(openai.getByRole("button", { name: "修改" }));
    await userEvent.type(openai.getByLabelText("密钥"), "sk-new");
    await userEvent.click(openai.getByRole("button", { name: "保存" }));
    await waitFor(() => expect(changes).toEqual([{ apiKey: "sk-new" }]));
    expect(tests).toEqual([{ credentialId: "cred_1", apiKey: "sk-new" }]);
  });

  it("removes only after a second press", async () => {
    listed(provider({ configured: true, credentials: [credential({ label: "Main" })] }));
    let removed = 0;
    server.use(
      http.delete(`${LIST}/openai/credentials/cred_1`, () => {
        removed += 1;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    renderPage(<ProvidersPage />);
    const openai = await card("OpenAI");
    await userEvent.click(openai.getByRole("button", { name: "移除" }));
    expect(removed).toBe(0);
    expect(openai.getByText("移除“Main”及其密钥？")).toBeVisible();
    await userEvent.click(openai.getByRole("button", { name: "移除" }));
    await waitFor(() => expect(removed).toBe(1));
  });
});
