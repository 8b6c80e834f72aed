//! Faults inside a well-formed answer: no pictures, too few, too many, usage below zero.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Fault, Faults, Phase};
use crate::answer::{Content, Served};

/// Objects that say what something cost.
const USAGE: [&str; 6] = ["usage", "usageMetadata", "metrics", "cost", "input_mp", "output_mp"];

/// Changes an answer as its faults say.
pub(super) fn reshape(served: &mut Served) {
    let (faults, phases) = (served.faults.clone(), served.phases);
    let at = |fault| faults.at(fault, phases).is_some();
    match &mut served.answer.content {
        Content::Json(value) => {
            if let Some(items) = served.items.as_deref().and_then(|pointer| value.pointer_mut(pointer)) {
                change_items(items, &faults, phases);
            }
            if at(Fault::NegativeUsage) {
                negate_usage(value);
            }
        }
        Content::Bytes { bytes, .. } if at(Fault::NullData) || at(Fault::EmptyData) => *bytes = Bytes::new(),
        Content::Events(events) => change_events(events, &faults, phases),
        Content::Bytes { .. } | Content::Empty => {}
    }
}

fn change_items(items: &mut Value, faults: &Faults, phases: &[Phase]) {
    let at = |fault| faults.at(fault, phases).is_some();
    if at(Fault::NullData) {
        *items = Value::Null;
    } else if at(Fault::EmptyData) {
        *items = match items {
            Value::Array(_) => json!([]),
            Value::Object(_) => json!({}),
            _ => json!(""),
        };
    } else if let Value::Array(list) = items {
        if at(Fault::Fewer) && list.len() > 1 {
            list.pop();
        }
        if at(Fault::More) {
            list.extend(list.last().cloned());
        }
    }
}

fn change_events(events: &mut Vec<(&'static str, Value)>, faults: &Faults, phases: &[Phase]) {
    let at = |fault| faults.at(fault, phases).is_some();
    let carries = |(name, data): &(&'static str, Value)| {
        let whole = name.ends_with(".completed") || name.ends_with("partial_succeeded");
        whole && (data.get("b64_json").is_some() || data.get("url").is_some())
    };
    if at(Fault::EmptyData) {
        events.retain(|event| !carries(event));
    }
    if at(Fault::NullData) {
        for (_, data) in events.iter_mut().filter(|event| carries(event)) {
            data["b64_json"] = Value::Null;
        }
    }
    let count = events.iter().filter(|event| carries(event)).count();
    let last = events.iter().rposition(carries);
    if at(Fault::Fewer)
        && count > 1
        && let Some(last) = last
    {
        events.remove(last);
    }
    if at(Fault::More)
        && let Some(last) = last
    {
        events.insert(last, events[last].clone());
    }
    if at(Fault::NegativeUsage) {
        events.iter_mut().for_each(|(_, data)| negate_usage(data));
    }
}

fn negate_usage(value: &mut Value) {
    let Value::Object(fields) = value else { return };
    for (name, value) in fields.iter_mut() {
        if USAGE.contains(&name.as_str()) { negate(value) } else { negate_usage(value) }
    }
}

fn negate(value: &mut Value) {
    match value {
        Value::Number(number) => {
            *value = number.as_i64().map_or_else(|| json!(-number.as_f64().unwrap_or(1.0)), |whole| json!(-whole.max(1)));
        }
        Value::Object(fields) => fields.values_mut().for_each(negate),
        Value::Array(items) => items.iter_mut().for_each(negate),
        _ => {}
    }
}
