//! What must hold between the catalogue's files, said at the start: a model that could never run is a mistake of the
//! operator's, and he is there to mend it.

use providers::TaskType;
use providers::size::Wanted;

use super::{Catalogue, CatalogueError, EMBEDDED, prompts};
use crate::config::providers::KNOWN;
use crate::models::catalogue::{AiModel, Parameter, ParameterKind, Tool};
use crate::models::pack::Pack;
use crate::services::credits::AMOUNT_MAXIMUM;

/// What the embedded engine does.
const ENGINE_TASKS: [&str; 3] = ["remove_background", "upscale", "style_transfer"];

/// # Errors
/// Names the file and what is wrong with it.
pub fn check(catalogue: &Catalogue) -> Result<(), CatalogueError> {
    let wrong = |file: &str, reason: String| Err(CatalogueError::new(file, reason));
    for tool in &catalogue.tools {
        if let Some(parameter) = tool.parameters.iter().find(|parameter| !is_sound(parameter, tool)) {
            return wrong("tools.toml", format!("the parameter {} of {} is not complete", parameter.name, tool.task_type));
        }
    }
    for provider in &catalogue.providers {
        let known = KNOWN.contains(&provider.id.as_str()) && provider.id != EMBEDDED;
        if !known || provider.concurrency == 0 || provider.addresses().any(|url| url::Url::parse(url).is_err()) {
            return wrong("providers.toml", format!("{} is unknown or not complete", provider.id));
        }
    }
    for model in &catalogue.models {
        if let Err(reason) = check_model(catalogue, model) {
            return wrong("models.toml", format!("{} {reason}", model.id));
        }
    }
    for (place, pack) in catalogue.packs.iter().enumerate() {
        if let Some(reason) = fault_of_pack(pack, &catalogue.packs[..place]) {
            return wrong("packs.toml", format!("{} {reason}", pack.id));
        }
    }
    if let Err((file, reason)) = prompts::check(&catalogue.prompts, &catalogue.tools) {
        return wrong(file, reason);
    }
    match catalogue.styles.iter().find(|style| style.index >= engine::STYLE_COUNT) {
        Some(style) => {
            wrong("styles.toml", format!("{} has index {}, the engine has {} styles", style.id, style.index, engine::STYLE_COUNT))
        }
        None => Ok(()),
    }
}

/// Most of a price in the smallest unit: Stripe takes eight digits.
const PRICE_MAXIMUM: i64 = 99_999_999;
/// Longest id of a pack.
const PACK_ID_LENGTH: usize = 40;

/// What is wrong with a pack, to be read behind its id.
fn fault_of_pack(pack: &Pack, before: &[Pack]) -> Option<&'static str> {
    let is_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    if pack.id.is_empty() || pack.id.len() > PACK_ID_LENGTH || !pack.id.bytes().all(is_id) {
        return Some("is no id of a pack: lower-case letters, digits, - and _");
    }
    if before.iter().any(|other| other.id == pack.id) {
        return Some("is there twice");
    }
    if pack.name.both().iter().any(|name| name.trim().is_empty()) {
        return Some("needs a name in both languages");
    }
    if !(1..=PRICE_MAXIMUM).contains(&pack.price) {
        return Some("needs a price of 1 to 99999999 of the currency's smallest unit");
    }
    let sound = pack.credits >= 1 && pack.bonus >= 0 && pack.total() <= AMOUNT_MAXIMUM;
    (!sound).then_some("needs 1 credit or more, and a bonus of 0 or more")
}

/// # Errors
/// What is wrong, to be read behind the model's id.
fn check_model(catalogue: &Catalogue, model: &AiModel) -> Result<(), String> {
    if let Some(unknown) = model.task_types.iter().find(|served| catalogue.tool(served).is_none()) {
        return Err(format!("serves {unknown}, which is no tool"));
    }
    let has = |name: &String| {
        let mut served = model.task_types.iter().filter_map(|served| catalogue.tool(served));
        served.any(|tool| tool.parameters.iter().any(|parameter| &parameter.name == name))
    };
    if let Some(unknown) = model.takes.iter().chain(model.choices.keys()).chain(model.limits.keys()).find(|name| !has(name)) {
        return Err(format!("takes {unknown}, which none of its tools has"));
    }
    if model.max_inputs == Some(0) {
        return Err("takes no pictures: max_inputs is 0".to_owned());
    }
    let Some(vendor) = model.vendor.as_ref() else {
        let other = model.task_types.iter().find(|served| !ENGINE_TASKS.contains(&served.as_str()));
        return match other {
            _ if model.provider != EMBEDDED => Err("has no [model.vendor]".to_owned()),
            Some(other) => Err(format!("serves {other}, which the embedded engine cannot")),
            None => Ok(()),
        };
    };
    let provider = catalogue.providers.iter().find(|provider| provider.id == model.provider);
    let spoken = provider.is_some_and(|provider| providers::NAMES.contains(&provider.wire.as_str()));
    if !spoken {
        return Err(format!("names the provider {}, which this version does not have", model.provider));
    }
    if vendor.max_count == 0 || vendor.sizes.as_ref().is_some_and(|sizes| sizes.resolve(&Wanted::default()).is_none()) {
        return Err("makes no pictures or has no sizes".to_owned());
    }
    if vendor.cost.is_some_and(|cost| !cost.has_any()) {
        return Err("has a cost without a rate".to_owned());
    }
    if vendor.cost.is_some() && vendor.price_version.is_none() {
        return Err("has a cost, and its file no price_version".to_owned());
    }
    match model.task_types.iter().find(|served| TaskType::named(served).is_none()) {
        Some(other) => Err(format!("serves {other}, for which vendors have no word")),
        None => Ok(()),
    }
}

/// Whether a declaration has what its kind needs, and names only what there is.
fn is_sound(parameter: &Parameter, tool: &Tool) -> bool {
    let is_parameter = |name: &String| tool.parameters.iter().any(|other| &other.name == name);
    let named = |name: &Option<String>| name.as_ref().is_none_or(is_parameter);
    let mut needed = parameter.choices.iter().filter_map(|choice| choice.needs_pack.as_ref());
    let packed = needed.all(|needed| is_parameter(&needed.by) && needed.packs.values().all(|id| engine::packs::is_known(id)));
    let complete = match parameter.kind {
        ParameterKind::Choice | ParameterKind::IntegerChoice => !parameter.choices.is_empty(),
        ParameterKind::Number | ParameterKind::Integer => parameter.minimum.is_some() && parameter.maximum.is_some(),
        ParameterKind::Text | ParameterKind::Line => parameter.max_length.is_some(),
        ParameterKind::Mask => tool.inputs.min > 0,
        ParameterKind::Boolean | ParameterKind::Color | ParameterKind::File | ParameterKind::Style => true,
    };
    let once = tool.parameters.iter().filter(|other| other.name == parameter.name).count() == 1;
    complete && packed && once && named(&parameter.needs) && named(&parameter.excludes)
}
