//! The catalogue of a line's studio: its model, and one that may stand in for it.

use serde_json::Value;

use super::lines::Line;

/// The line's model.
pub const ASKED: &str = "asked";
/// The model that may stand in.
pub const STAND_IN: &str = "stand-in";
/// Credits for a picture of the line's model; the other costs less.
pub const PRICE: i64 = 10;
/// The same of the one that stands in.
pub const STAND_IN_PRICE: i64 = 8;

/// Requests that an account runs at once here, so that waiting for one fault does not hold up the others.
const CONCURRENCY: i64 = 32;

/// Who stands in.
pub fn stand_in(line: &Line) -> &'static str {
    if line.provider == "openai" { "openai-compatible" } else { "openai" }
}

/// `models.toml` with the line's model and the one that may stand in.
pub fn models(line: &Line) -> String {
    let other = "wire_id = \"gpt-image-1-mini\"\nsizes = { kind = \"fixed\", sizes = [\"1024x1024\"] }".parse().unwrap();
    written(vec![model(ASKED, line.provider, PRICE, vendor(line)), model(STAND_IN, stand_in(line), STAND_IN_PRICE, other)])
}

/// `models.toml` with a model of each line, named like its vendor.
pub fn own<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    written(lines.map(|line| model(line.provider, line.provider, PRICE, vendor(line))).collect())
}

fn written(models: Vec<toml::Value>) -> String {
    toml::Table::from_iter([("model".to_owned(), models.into())]).to_string()
}

/// `[model.vendor]` of a line's model.
fn vendor(line: &Line) -> toml::Table {
    let mut vendor: toml::Table = line.model.parse().unwrap();
    let options: Value = serde_json::from_str(line.options).unwrap();
    vendor.insert("options".to_owned(), toml::Value::try_from(options).unwrap());
    vendor
}

fn model(id: &str, provider: &str, price: i64, mut vendor: toml::Table) -> toml::Value {
    vendor.insert("max_count".to_owned(), 4.into());
    vendor.insert("seconds".to_owned(), 10.into());
    let mut model: toml::Table = "name = { zh-CN = \"甲\", en = \"A\" }\ntask_types = [\"text_to_image\"]".parse().unwrap();
    model.insert("id".to_owned(), id.into());
    model.insert("provider".to_owned(), provider.into());
    model.insert("price".to_owned(), price.into());
    model.insert("vendor".to_owned(), vendor.into());
    model.into()
}

/// `providers.toml` as it is shipped, with room, and with the line's own interface.
pub fn providers(line: &Line) -> String {
    let mut shipped: toml::Table = include_str!("../../../../../catalogue/providers.toml").parse().unwrap();
    for provider in shipped["provider"].as_array_mut().unwrap() {
        let provider = provider.as_table_mut().unwrap();
        provider.insert("concurrency".to_owned(), CONCURRENCY.into());
        // Engines of one's own may take half an hour; no test waits so long.
        provider.remove("timeout_seconds");
        if provider["id"].as_str() == Some(line.provider) {
            provider.insert("wire".to_owned(), line.wire().into());
        }
    }
    shipped.to_string()
}
