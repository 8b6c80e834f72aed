import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { picture, storedFile } from "@/testing/fixtures";
import { problem, server } from "@/testing/server";
import { allowStraightUploads, onDetour, uploadFile } from "./storage";

const BUCKET = "https://bucket.example/quarantine/1";
const asked: string[] = [];
const told = vi.fn();

/** A studio with a bucket that answers so. */
function bucket(answer: () => Response | Promise<Response>) {
  const note = (what: string) => asked.push(what);
  server.use(
    http.post("/api/uploads/presign", async ({ request }) => {
      note(JSON.stringify(await request.json()));
      const link = { id: "upload_1", method: "PUT", url: BUCKET, headers: { "Content-Type": "image/jpeg" } };
      return HttpResponse.json({ ...link, expiresAt: "2026-11-28T12:00:00.000Z" }, { status: 201 });
    }),
    http.put(BUCKET, ({ request }) => {
      note(`put ${request.headers.get("Content-Type")}`);
      return answer();
    }),
    http.post("/api/uploads/upload_1/complete", () => {
      note("complete");
      return HttpResponse.json(storedFile({ id: "file_straight" }), { status: 201 });
    }),
    http.post("/api/uploads", () => {
      note("through the server");
      return HttpResponse.json({ files: [storedFile({ id: "file_through" })] }, { status: 201 });
    }),
  );
}

/** A JPEG that its name and the browser take for something else. */
const photo = () => picture("cat.png", "jpeg");

describe("an upload", () => {
  beforeEach(() => {
    asked.length = 0;
    told.mockClear();
    const stop = onDetour(told);
    allowStraightUploads(true);
    return () => {
      stop();
      allowStraightUploads(false);
    };
  });

  it("goes straight to the bucket where the server says so, with the type of its bytes", async () => {
    bucket(() => new HttpResponse(null, { status: 200 }));
    const file = photo();
    await expect(uploadFile(file)).resolves.toMatchObject({ id: "file_straight" });
    const announced = JSON.stringify({ name: "cat.png", mime: "image/jpeg", sizeBytes: file.size });
    expect(asked).toEqual([announced, "put image/jpeg", "complete"]);
    expect(told).not.toHaveBeenCalled();
  });

  it.each([
    ["lets no page of this site in", () => HttpResponse.error()],
    ["refuses the link", () => new HttpResponse(null, { status: 403 })],
  ])("goes through the server when the bucket %s, which is said once", async (_, answer) => {
    bucket(answer);
    await expect(uploadFile(photo())).resolves.toMatchObject({ id: "file_through" });
    expect(asked.slice(1)).toEqual(["put image/jpeg", "through the server"]);
    await expect(uploadFile(photo())).resolves.toMatchObject({ id: "file_through" });
    expect(asked.slice(3)).toEqual(["through the server"]);
    expect(told).toHaveBeenCalledTimes(1);
  });

  it("goes through the server when nothing of it leaves for the bucket within ten seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      bucket(() => new Promise<Response>(() => {}));
      const stored = uploadFile(photo());
      await vi.waitFor(() => expect(asked.at(-1)).toBe("put image/jpeg"));
      await vi.advanceTimersByTimeAsync(9_000);
      expect(asked).not.toContain("through the server");
      await vi.advanceTimersByTimeAsync(1_500);
      await expect(stored).resolves.toMatchObject({ id: "file_through" });
      expect(told).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it("goes nowhere while there is no network", async () => {
    bucket(() => HttpResponse.error());
    Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
    await expect(uploadFile(photo())).rejects.toMatchObject({ code: "network" });
    Reflect.deleteProperty(navigator, "onLine");
    expect(asked).not.toContain("through the server");
  });

  it("goes through the server while too many others are under way, and the next one tries again", async () => {
    bucket(() => new HttpResponse(null, { status: 200 }));
    const full = () => problem(429, "too_many_uploads");
    server.use(http.post("/api/uploads/presign", full, { once: true }));
    await expect(uploadFile(photo())).resolves.toMatchObject({ id: "file_through" });
    await expect(uploadFile(photo())).resolves.toMatchObject({ id: "file_straight" });
    expect(told).not.toHaveBeenCalled();
  });

  it("is completed once more when the answer was lost on the way", async () => {
    bucket(() => new HttpResponse(null, { status: 200 }));
    server.use(http.post("/api/uploads/upload_1/complete", () => HttpResponse.error(), { once: true }));
    await expect(uploadFile(photo())).resolves.toMatchObject({ id: "file_straight" });
  });

  it("is refused in the server's words when its picture is unfit", async () => {
    bucket(() => new HttpResponse(null, { status: 200 }));
    server.use(http.post("/api/uploads/upload_1/complete", () => problem(400, "file_corrupt")));
    await expect(uploadFile(photo())).rejects.toMatchObject({
      code: "file_corrupt",
      detail: "detail of file_corrupt",
    });
    expect(asked).not.toContain("through the server");
  });
});
