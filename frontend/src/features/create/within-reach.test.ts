import { expect, it } from "vitest";
import { model, tool } from "@/testing/fixtures";
import { chooseModel } from "./model-choice";
import { withinReach } from "./within-reach";

const dear = model({ id: "dear", price: 10, maxCount: 4 });
const free = model({ id: "free", price: 0, maxCount: 2 });

function reach(balance: number, pictures: number, models = [dear, free]) {
  const choice = chooseModel(tool({ models }), "dear", 1, () => true);
  const found = withinReach({ choice, pictures, counted: true, balance });
  return found && { ...found, model: found.model.id };
}

it("is a free model also without any credits, for as many pictures as it makes", () => {
  expect(reach(0, 2)).toEqual({ model: "free", count: null, credits: 0 });
  expect(reach(0, 4)).toEqual({ model: "free", count: 2, credits: 0 });
});

it("is as many pictures of the chosen model as the balance can pay", () => {
  expect(reach(25, 4, [dear])).toEqual({ model: "dear", count: 2, credits: 20 });
  expect(reach(9, 4, [dear])).toBeNull();
  expect(reach(40, 4)).toBeNull();
});
