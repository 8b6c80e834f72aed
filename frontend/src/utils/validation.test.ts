import { describe, expect, it } from "vitest";
import { picture } from "@/testing/fixtures";
import { checkFiles, isPasswordLongEnough, safeReturnPath, sniffType } from "./validation";

const rules = { acceptedTypes: ["image/jpeg", "image/png", "image/webp"], maxFileSizeMb: 1, maxFiles: 3 };

describe("checkFiles", () => {
  it("lets good files through beside bad ones", async () => {
    const { accepted, refused } = await checkFiles(
      [picture("a.jpg", "jpeg"), new File([], "b.png"), picture("c.webp", "webp")],
      rules,
    );
    expect(accepted.map((file) => file.name)).toEqual(["a.jpg", "c.webp"]);
    expect(refused).toEqual([{ name: "b.png", reason: "empty" }]);
  });
  it("keeps the first files when there are too many", async () => {
    const files = ["1", "2", "3", "4"].map((name) => picture(`${name}.jpg`, "jpeg"));
    const { accepted, refused } = await checkFiles(files, rules);
    expect(accepted.map((file) => file.name)).toEqual(["1.jpg", "2.jpg", "3.jpg"]);
    expect(refused).toEqual([{ name: "4.jpg", reason: "count" }]);
  });
  it("names HEIC although the browser gives it no type", async () => {
    const { refused } = await checkFiles([picture("IMG_1.HEIC", "heic", 64, "")], rules);
    expect(refused).toEqual([{ name: "IMG_1.HEIC", reason: "type", detected: "HEIC" }]);
  });
  it("goes by the bytes, not by the name or the declared type", async () => {
    const { accepted, refused } = await checkFiles(
      [
        picture("photo.txt", "png", 64, "text/plain"),
        new File(["%PDF-1.7 …"], "photo.jpg", { type: "image/jpeg" }),
      ],
      rules,
    );
    expect(accepted.map((file) => file.name)).toEqual(["photo.txt"]);
    expect(refused).toEqual([{ name: "photo.jpg", reason: "type", detected: "PDF" }]);
  });
  it("takes a file of exactly the limit and refuses one byte more", async () => {
    const limit = 1024 * 1024;
    const { accepted, refused } = await checkFiles(
      [picture("at.jpg", "jpeg", limit), picture("over.jpg", "jpeg", limit + 1)],
      rules,
    );
    expect(accepted.map((file) => file.name)).toEqual(["at.jpg"]);
    expect(refused).toEqual([{ name: "over.jpg", reason: "size", sizeBytes: limit + 1 }]);
  });
});

it("sniffType knows nothing of unknown bytes", () => {
  expect(sniffType(new Uint8Array([1, 2, 3]))).toBeNull();
  expect(sniffType(new Uint8Array())).toBeNull();
});

it("passwords are 8 to 128 characters, counted as people count them", () => {
  expect(isPasswordLongEnough("1234567")).toBe(false);
  expect(isPasswordLongEnough("青绿山水千里江山")).toBe(true);
  expect(isPasswordLongEnough("😀".repeat(7))).toBe(false);
  expect(isPasswordLongEnough("a".repeat(129))).toBe(false);
});

it("a return path never leaves this site", () => {
  expect(safeReturnPath("/history?page=2")).toBe("/history?page=2");
  for (const evil of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    null,
    3,
  ]) {
    expect(safeReturnPath(evil)).toBe("/");
  }
});
