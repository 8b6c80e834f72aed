//! Strict reading of a request's fields: a field that the contract does not know, or a value that it does not allow,
//! is an error that names the field.

use serde_json::{Map, Value};

use crate::answer::{Denial, Kind, Retry, Trouble};
use crate::call::{Call, Part};
use crate::picture::Facts;
use crate::recorder::decoded;

/// The fields of a request, from JSON or from the text parts of a form.
pub(crate) struct Fields<'a> {
    values: std::borrow::Cow<'a, Map<String, Value>>,
    /// In a form every value is a text, so numbers are read from texts there.
    form: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(object: &'a Map<String, Value>) -> Self {
        Self { values: std::borrow::Cow::Borrowed(object), form: false }
    }

    /// An object inside, or nothing when it is absent.
    pub(crate) fn inside(&'a self, name: &str) -> Result<Option<Fields<'a>>, Denial> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Fields::of(object))),
            Some(other) => Err(Denial::field(name, format!("must be an object, is {other}"))),
        }
    }

    /// The text parts of a form. The same name twice is an error.
    pub(crate) fn of_form(parts: &[Part]) -> Result<Fields<'static>, Denial> {
        let mut values = Map::new();
        for part in parts.iter().filter(|part| part.file_name.is_none()) {
            let text = part.text().ok_or_else(|| Denial::field(&part.name, "is no UTF-8 text"))?;
            if values.insert(part.name.clone(), text.into()).is_some() {
                return Err(Denial::field(&part.name, "is given twice"));
            }
        }
        Ok(Fields { values: std::borrow::Cow::Owned(values), form: true })
    }

    /// No other fields than these.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Denial> {
        match self.values.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Denial::Wrong(crate::answer::Trouble {
                kind: Kind::Invalid,
                message: format!("Unknown parameter: '{name}'."),
                param: Some(name.clone()),
                retry: None,
            })),
            None => Ok(()),
        }
    }

    /// The value, when it is there and not null.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A text within so many characters.
    pub(crate) fn text(&self, name: &str, most: usize) -> Result<Option<&str>, Denial> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| Denial::field(name, format!("must be a string, is {value}")))?;
        let length = text.chars().count();
        if length > most { Err(Denial::field(name, format!("has {length} characters, {most} are allowed"))) } else { Ok(Some(text)) }
    }

    /// A text that must be there and not empty.
    pub(crate) fn required(&self, name: &str, most: usize) -> Result<&str, Denial> {
        let text = self.text(name, most)?.ok_or_else(|| Denial::field(name, "is required"))?;
        if text.is_empty() { Err(Denial::field(name, "is empty")) } else { Ok(text) }
    }

    /// One of these words.
    pub(crate) fn one_of(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Denial> {
        let Some(text) = self.text(name, 1000)? else { return Ok(None) };
        if words.contains(&text) { Ok(Some(text)) } else { Err(Denial::field(name, format!("must be one of {words:?}, is {text:?}"))) }
    }

    /// A whole number within bounds.
    pub(crate) fn int(&self, name: &str, least: i64, most: i64) -> Result<Option<i64>, Denial> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = if self.form { value.as_str().and_then(|text| text.parse().ok()) } else { value.as_i64() };
        let number = number.ok_or_else(|| Denial::field(name, format!("must be an integer, is {value}")))?;
        if (least..=most).contains(&number) { Ok(Some(number)) } else { Err(out_of_range(name, number, least, most)) }
    }

    /// A number within bounds.
    pub(crate) fn number(&self, name: &str, least: f64, most: f64) -> Result<Option<f64>, Denial> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = if self.form { value.as_str().and_then(|text| text.parse().ok()) } else { value.as_f64() };
        let number = number.ok_or_else(|| Denial::field(name, format!("must be a number, is {value}")))?;
        if (least..=most).contains(&number) { Ok(Some(number)) } else { Err(out_of_range(name, number, least, most)) }
    }

    pub(crate) fn bool(&self, name: &str) -> Result<Option<bool>, Denial> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let read = if self.form { value.as_str().and_then(|text| text.parse().ok()) } else { value.as_bool() };
        read.map(Some).ok_or_else(|| Denial::field(name, format!("must be a boolean, is {value}")))
    }

    /// A picture as an https or data address, or as bare base64 where `bare`.
    pub(crate) fn picture(&self, name: &str, bare: bool) -> Result<Option<Facts>, Denial> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => picture_text(name, text, bare),
            Some(other) => Err(Denial::field(name, format!("must be a string, is {other}"))),
        }
    }
}

fn out_of_range<T: std::fmt::Display>(name: &str, value: T, least: T, most: T) -> Denial {
    Denial::field(name, format!("must be between {least} and {most}, is {value}"))
}

/// The facts of a picture in a text; none when it is a link.
pub(crate) fn picture_text(name: &str, text: &str, bare: bool) -> Result<Option<Facts>, Denial> {
    if text.starts_with("https://") || text.starts_with("http://") {
        return Ok(None);
    }
    if !bare && !text.starts_with("data:") {
        return Err(Denial::field(name, "must be an address or a data URL"));
    }
    let bytes = decoded(text).ok_or_else(|| Denial::field(name, "is no valid base64"))?;
    let facts = Facts::of(&bytes).ok_or_else(|| Denial::field(name, "is no picture"))?;
    let declared = text.strip_prefix("data:").and_then(|rest| rest.split(';').next());
    if declared.is_some_and(|declared| declared != facts.mime) {
        return Err(Denial::field(name, format!("is declared as {declared:?} and is {}", facts.mime)));
    }
    Ok(Some(facts))
}

/// `1024x768` or, with `*`, `1024*768`.
pub(crate) fn size(text: &str, between: char) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(between)?;
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if plain(width) && plain(height) { Some((width.parse().ok()?, height.parse().ok()?)) } else { None }
}

/// `Authorization: <scheme> <key>` exactly. A wrong key in the right form is no breach.
pub(crate) fn authorization(call: &Call, scheme: &str, key: &str) -> Result<(), Denial> {
    header_key(call, "authorization", &format!("{scheme} "), key)
}

/// A header that holds `prefix` and the key.
pub(crate) fn header_key(call: &Call, name: &str, prefix: &str, key: &str) -> Result<(), Denial> {
    let given = call.header(name).and_then(|value| value.strip_prefix(prefix));
    let given = given.ok_or_else(|| Denial::wrong(Kind::Unauthorized, format!("the header {name} does not hold '{prefix}' and a key")))?;
    if call.query.iter().any(|(_, value)| value == key) {
        return Err(Denial::wrong(Kind::Unauthorized, "the key stands in the address"));
    }
    // An account may have several keys: the key, and whatever follows it after a dash. Two of them are of no use.
    match given.strip_prefix(key) {
        Some("-full") => Err(Denial::Planned(Trouble {
            kind: Kind::RateLimited,
            message: "Too many requests with this key.".to_owned(),
            param: None,
            retry: Some(Retry::Seconds(FULL_SECONDS)),
        })),
        Some("-broke") => Err(Denial::no(Kind::Billing, "The account is in arrears.")),
        Some(rest) if rest.is_empty() || rest.starts_with('-') => Ok(()),
        _ => Err(Denial::no(Kind::Unauthorized, "Incorrect API key provided.")),
    }
}

/// How long the key that ends in `-full` is to stay away.
const FULL_SECONDS: u64 = 30;
