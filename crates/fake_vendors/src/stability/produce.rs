//! Answers of operations: bytes or JSON, at once or by id.

use serde_json::json;

use super::fields::{self, RATIOS};
use super::operations::{Operation, Output};
use crate::answer::{Answer, Denial, END, Kind, POLL, SUBMIT, SYNC, Served};
use crate::call::Call;
use crate::check::Fields;
use crate::fault::{Fault, Faults, Phase};
use crate::picture::{Facts, Format, Order};
use crate::shop::Shop;
use crate::tasks::{Stage, Task};

const REQUEST_BYTES: u64 = 10 << 20;

pub(super) fn answer(shop: &Shop, call: &Call, operation: &Operation) -> Result<Served, Denial> {
    let parts = call.parts()?;
    let accept = call.header("accept").unwrap_or("*/*");
    if !operation.is_async && !["image/*", "application/json"].contains(&accept) {
        return Err(Denial::field("accept", format!("must be image/* or application/json, is {accept}")));
    }
    let length: u64 = call.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    if length > REQUEST_BYTES {
        return Err(Denial::wrong(Kind::TooLarge, "the request is above 10 MiB"));
    }
    let texts = Fields::of_form(parts)?;
    fields::check(operation, &texts)?;
    let image = fields::files(operation, parts)?;
    fields::together(operation, &texts, image.as_ref(), parts)?;
    let prompt = ["prompt", "background_prompt"].into_iter().find_map(|name| texts.text(name, 10_000).ok().flatten()).unwrap_or_default();
    let faults = shop.faults(prompt);
    shop.gate(call, prompt, &faults, Phase::Submit)?;
    shop.refuse(&faults)?;
    let order = order(operation, &texts, prompt, image.as_ref())?;
    if operation.is_async {
        let id = [shop.house.id(32), shop.house.id(32)].concat();
        let mut task = Task::new(shop, id.clone(), prompt, &faults, vec![order]);
        task.key = call.secret();
        shop.open(task);
        return Ok(Served::under(Answer::ok(json!({ "id": id })), &faults, SUBMIT));
    }
    Ok(picture(shop, &order, &faults, accept == "application/json", SYNC))
}

/// The end of an asynchronous operation. Only the key that began it may ask.
pub(super) fn result(shop: &Shop, call: &Call, id: &str) -> Result<Served, Denial> {
    let unknown = "the result was not found or has expired";
    let (task, _) = shop.look(id).ok_or_else(|| Denial::wrong(Kind::NotFound, unknown))?;
    if task.key != call.secret() {
        return Err(Denial::wrong(Kind::NotFound, "the result belongs to another key"));
    }
    let accept = call.header("accept").unwrap_or("*/*");
    if !["image/*", "application/json", "*/*"].contains(&accept) {
        return Err(Denial::field("accept", format!("{accept} is not served")));
    }
    let (task, stage) = shop.ask(id).ok_or_else(|| Denial::no(Kind::NotFound, unknown))?;
    shop.gate(call, &task.prompt, &task.faults, Phase::Poll)?;
    let waiting = |status: &str| Served::under(Answer::json(202, json!({ "id": id, "status": status })), &task.faults, POLL);
    match stage {
        Stage::Lost => Err(Denial::no(Kind::NotFound, unknown)),
        Stage::Queued | Stage::Running | Stage::Cancelled => Ok(waiting("in-progress")),
        Stage::Strange => Ok(waiting("meditating")),
        Stage::Failed => Err(Denial::no(Kind::Server(500), "An unexpected error occurred")),
        Stage::Done | Stage::Refused => Ok(picture(shop, &task.orders[0], &task.faults, accept == "application/json", END)),
    }
}

fn picture(shop: &Shop, order: &Order, faults: &Faults, as_json: bool, phases: &'static [Phase]) -> Served {
    // A refused picture comes all the same, blurred, with status 200.
    let reason = if faults.has(Fault::Refusal200) { "CONTENT_FILTERED" } else { "SUCCESS" };
    if as_json {
        let body = json!({ "image": shop.base64(order, faults), "finish_reason": reason, "seed": order.seed });
        return Served::under(Answer::ok(body), faults, phases).items("/image");
    }
    let (mut bytes, mime) = order.make(faults);
    if faults.has(Fault::BadBase64) {
        bytes.truncate(bytes.len() / 2);
    }
    let answer = Answer::bytes(mime, bytes).header("finish-reason", reason).header("seed", order.seed.to_string());
    Served::under(answer, faults, phases)
}

fn order(operation: &Operation, texts: &Fields<'_>, prompt: &str, image: Option<&Facts>) -> Result<Order, Denial> {
    let ratio = texts.text("aspect_ratio", 10)?.unwrap_or("1:1");
    let by_ratio = RATIOS.iter().find(|(known, _)| *known == ratio).map_or((1024, 1024), |(_, size)| *size);
    let own = image.map_or((1024, 1024), Facts::size);
    let border = |one, other| -> Result<u32, Denial> {
        let sum = texts.int(one, 0, 2000)?.unwrap_or(0) + texts.int(other, 0, 2000)?.unwrap_or(0);
        Ok(u32::try_from(sum).unwrap_or(0))
    };
    let size = match operation.output {
        Output::Ratio if texts.text("mode", 20)? == Some("image-to-image") => own,
        Output::Ratio => by_ratio,
        Output::Same => own,
        Output::Borders => (own.0 + border("left", "right")?, own.1 + border("up", "down")?),
        Output::Times(times) => (own.0 * times, own.1 * times),
        Output::Pixels(pixels) => scaled(own, pixels),
    };
    // 0 means random.
    let seed = texts.int("seed", 0, 4_294_967_294)?.filter(|seed| *seed != 0).unwrap_or(343_940_597).unsigned_abs();
    let format = Format::named(texts.text("output_format", 10)?.unwrap_or("png")).unwrap_or(Format::Png);
    Ok(Order { transparent: operation.name == "remove-background", ..Order::new(prompt, seed, size, format) })
}

/// The shape of `size` at about so many pixels.
fn scaled(size: (u32, u32), pixels: u64) -> (u32, u32) {
    let now = u64::from(size.0) * u64::from(size.1);
    let thousandths = (pixels.saturating_mul(1_000_000) / now.max(1)).isqrt();
    let side = |side: u32| u32::try_from(u64::from(side) * thousandths / 1000).unwrap_or(side);
    (side(size.0), side(size.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upscaling_keeps_the_shape() {
        assert_eq!(scaled((1000, 500), 2_000_000), (2000, 1000));
    }
}
