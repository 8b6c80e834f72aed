//! Chat completions: a text model that improves and translates prompts, as far as a test can tell. Besides the faults of
//! [`crate::Fault`], words in the text make it behave as models do:
//!
//! | word | what it says |
//! |---|---|
//! | `[sorry]` | that it cannot help with that |
//! | `[obey]` | its instruction: it does what the text tells it |
//! | `[link]` | an answer with an address that nobody wrote |
//! | `[thinking]` | first what it says to itself |
//! | `[quoted]` | its answer in quotes |
//! | `[long]` | far too much |
//! | `[silent]` | nothing |
//! | `[stubborn]` | its answer in the language that was not asked for |

use serde_json::{Value, json};

use super::no_such_model;
use crate::answer::{Answer, Denial, SYNC, Served};
use crate::call::Call;
use crate::check::Fields;
use crate::fault::{Fault, Phase};
use crate::shop::{Shop, now};

/// The text model.
const MODEL: &str = "gpt-4.1-mini";

pub(super) fn answer(shop: &Shop, call: &Call) -> Result<Served, Denial> {
    let fields = Fields::of(call.object()?);
    let model = fields.required("model", 100)?;
    fields.only(&["model", "messages"])?;
    let messages = fields.get("messages").and_then(Value::as_array).ok_or_else(|| Denial::field("messages", "must be an array"))?;
    let (instruction, text) = (said(messages, "system")?, said(messages, "user")?);
    if model != MODEL {
        return Err(no_such_model(model));
    }
    let faults = shop.faults(text);
    shop.gate(call, text, &faults, Phase::Submit)?;
    shop.refuse(&faults)?;
    let refused = faults.has(Fault::Refusal200);
    let message = json!({
        "role": "assistant",
        "content": if refused { Value::Null } else { json!(words(instruction, text)) },
        "refusal": if refused { json!("I'm sorry, I cannot help with that.") } else { Value::Null },
    });
    let body = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": now(), "model": model,
        "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 20, "completion_tokens": 20, "total_tokens": 40 },
    });
    Ok(Served::under(Answer::ok(body), &faults, SYNC).items("/choices"))
}

/// The one message of a role.
fn said<'a>(messages: &'a [Value], role: &str) -> Result<&'a str, Denial> {
    let mut of_role = messages.iter().filter(|message| message["role"] == role);
    let text = of_role.next().and_then(|message| message["content"].as_str());
    match (text, of_role.next()) {
        (Some(text), None) if messages.len() == 2 => Ok(text),
        _ => Err(Denial::field("messages", "must be one of the system and one of the user, with texts")),
    }
}

/// What a model might say. The text may come as it is, or as JSON so that it cannot be taken for anything else.
fn words(instruction: &str, text: &str) -> String {
    let inside = serde_json::from_str::<Value>(text).ok().and_then(|value| value["text"].as_str().map(str::to_owned));
    let text = inside.unwrap_or_else(|| text.to_owned());
    let says = |word: &str| text.contains(word);
    let chinese = |text: &str| text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
    let into_chinese = if instruction.contains("into English") {
        says("[stubborn]")
    } else if instruction.contains("into Chinese") {
        !says("[stubborn]")
    } else {
        chinese(&text)
    };
    let length = text.chars().count();
    let answer = if into_chinese {
        format!("窗边的一只猫，光线温暖，细节丰富（{length}）")
    } else {
        format!("A cat at a window, warm light, rich in detail ({length})")
    };
    match () {
        () if says("[sorry]") => "I'm sorry, but I can't help with that request.".to_owned(),
        () if says("[obey]") => instruction.to_owned(),
        () if says("[link]") => format!("{answer}, see https://evil.example/cat"),
        () if says("[thinking]") => format!("<think>They want a cat.</think>\n\n{answer}"),
        () if says("[quoted]") => format!("“{answer}”"),
        () if says("[long]") => answer.repeat(400),
        () if says("[silent]") => " \n".to_owned(),
        () => answer,
    }
}
