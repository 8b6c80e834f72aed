import { act, renderHook, waitFor } from "@testing-library/react";
import { delay, HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { picture, storedFile } from "@/testing/fixtures";
import { problem, server } from "@/testing/server";
import { useFileUpload } from "./useFileUpload";

const uploadRoute = (answer: (attempt: number) => Response | Promise<Response>) => {
  let attempts = 0;
  server.use(http.post("/api/uploads", () => answer(++attempts)));
};
const stored = (id = "file_1") => HttpResponse.json({ files: [storedFile({ id })] }, { status: 201 });

describe("useFileUpload", () => {
  it("takes a picture from waiting to stored", async () => {
    uploadRoute(() => stored());
    const { result } = renderHook(() => useFileUpload());
    act(() => result.current.add([picture("cat.jpg", "jpeg")]));
    expect(result.current.items[0]).toMatchObject({ name: "cat.jpg", status: "uploading" });
    expect(result.current.busy).toBe(true);
    await waitFor(() => expect(result.current.items[0]).toMatchObject({ status: "stored", progress: 1 }));
    expect(result.current.stored.map((file) => file.id)).toEqual(["file_1"]);
    expect(result.current.busy).toBe(false);
  });

  it("sends at most two at once", async () => {
    uploadRoute(() => stored());
    const { result } = renderHook(() => useFileUpload());
    act(() => result.current.add(["1", "2", "3"].map((name) => picture(name, "png"))));
    expect(result.current.items.map((item) => item.status)).toEqual(["uploading", "uploading", "waiting"]);
    await waitFor(() => expect(result.current.stored).toHaveLength(3));
  });

  it("keeps the reason of a failure, and a retry of the same picture succeeds", async () => {
    uploadRoute((attempt) => (attempt === 1 ? problem(422, "file_corrupt") : stored()));
    const { result } = renderHook(() => useFileUpload());
    act(() => result.current.add([picture("cat.jpg", "jpeg")]));
    await waitFor(() => expect(result.current.items[0]?.status).toBe("failed"));
    expect(result.current.items[0]?.error).toMatchObject({
      code: "file_corrupt",
      detail: "detail of file_corrupt",
    });
    act(() => result.current.retry(result.current.items[0]?.key ?? ""));
    await waitFor(() => expect(result.current.items[0]).toMatchObject({ status: "stored", error: null }));
  });

  it("one failure does not stop the others", async () => {
    uploadRoute((attempt) =>
      attempt === 1 ? problem(415, "file_type_unsupported") : stored(`file_${attempt}`),
    );
    const { result } = renderHook(() => useFileUpload());
    act(() => result.current.add(["1", "2", "3"].map((name) => picture(name, "png"))));
    await waitFor(() => expect(result.current.busy).toBe(false));
    expect(result.current.items.map((item) => item.status).sort()).toEqual(["failed", "stored", "stored"]);
  });

  it("refreshes the session once when it ran out during the upload", async () => {
    uploadRoute((attempt) => (attempt === 1 ? problem(401, "unauthenticated") : stored()));
    server.use(http.post("/api/auth/refresh", () => HttpResponse.json({ user: {} })));
    const { result } = renderHook(() => useFileUpload());
    act(() => result.current.add([picture("cat.jpg", "jpeg")]));
    await waitFor(() => expect(result.current.items[0]?.status).toBe("stored"));
  });

  it("cancels an upload that is taken away, without an error", async () => {
    uploadRoute(async () => {
      await delay("infinite");
      return stored();
    });
    const { result } = renderHook(() => useFileUpload());
    act(() => result.current.add([picture("cat.jpg", "jpeg")]));
    act(() => result.current.remove(result.current.items[0]?.key ?? ""));
    expect(result.current).toMatchObject({ items: [], busy: false });
  });
});
