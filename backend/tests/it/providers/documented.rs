//! `docs/PROVIDERS.md` says what the catalogue says. `UPDATE_SNAPSHOTS=1` writes its tables anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use danqing::config::providers::KNOWN;
use danqing::models::catalogue::{AiModel, NamedPrice, Price, Provider};
use danqing::models::locale::Locale;
use danqing::services::catalogue::Catalogue;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn vendors(catalogue: &Catalogue) -> String {
    let mut table =
        "| vendor | 中文 | name in settings | key | needs | address unless you say another |\n|---|---|---|---|---|---|\n".to_owned();
    for Provider { id, name, key_page, base_url, needs, .. } in &catalogue.providers {
        let variable = id.to_uppercase().replace('-', "_");
        let key = key_page.as_ref().map_or("–".to_owned(), |page| format!("[make one]({page})"));
        let needs = format!("`{variable}_{}`", if format!("{needs:?}") == "Key" { "API_KEY" } else { "BASE_URL" });
        let address = base_url.as_ref().map_or("–".to_owned(), |url| format!("`{url}`"));
        writeln!(table, "| {} | {} | `{id}` | {key} | {needs} | {address} |", name.get(Locale::En), name.get(Locale::ZhCn)).unwrap();
    }
    table
}

fn tools(catalogue: &Catalogue) -> String {
    let columns: Vec<&str> = std::iter::once("embedded").chain(catalogue.providers.iter().map(|provider| provider.id.as_str())).collect();
    assert!(columns.iter().all(|column| KNOWN.contains(column)));
    let mut table = format!("| tool | 中文 | {} |\n|---|---|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
    for tool in &catalogue.tools {
        write!(table, "| {} `{}` | {} |", tool.name.get(Locale::En), tool.task_type, tool.name.get(Locale::ZhCn)).unwrap();
        for column in &columns {
            match catalogue.models_for(&tool.task_type).filter(|model| &model.provider == column).count() {
                0 => table.push_str("  |"),
                count => write!(table, " {count} |").unwrap(),
            }
        }
        table.push('\n');
    }
    table
}

fn models(catalogue: &Catalogue) -> String {
    let mut table = "| vendor | model | 中文 | tools | price | cost |\n|---|---|---|---|---|---|\n".to_owned();
    for model in &catalogue.models {
        let price = match model.price {
            Some(Price::Credits(credits)) => credits.to_string(),
            Some(Price::Named(NamedPrice::Default)) => "default".to_owned(),
            None => "none".to_owned(),
        };
        let tools = model.task_types.join(", ");
        let AiModel { id, name, provider, .. } = model;
        writeln!(
            table,
            "| {provider} | {} `{id}` | {} | {tools} | {price} | {} |",
            name.get(Locale::En),
            name.get(Locale::ZhCn),
            cost(model)
        )
        .unwrap();
    }
    table
}

/// As the catalogue states it.
fn cost(model: &AiModel) -> String {
    let Some(vendor) = &model.vendor else { return "–".to_owned() };
    let own = ["a1111", "comfyui", "openai-compatible"].contains(&model.provider.as_str());
    let Some(rates) = vendor.cost else { return if own { "your own machine" } else { "unknown" }.to_owned() };
    let parts = [
        (rates.picture, "a picture"),
        (rates.credit, "a credit of the vendor"),
        (rates.second, "a second"),
        (rates.megapixel, "a megapixel"),
        (rates.million_text_tokens, "a million tokens of words"),
        (rates.million_image_tokens, "a million tokens of pictures sent"),
        (rates.million_output_tokens, "a million tokens made"),
    ];
    let parts: Vec<String> = parts.iter().filter_map(|(rate, of)| Some(format!("{} for {of}", (*rate)?))).collect();
    format!("{} {}", rates.currency.as_str(), parts.join(", "))
}

/// The adapter with the fewest lines.
fn smallest() -> String {
    let mut folders: Vec<(usize, String)> = Vec::new();
    for entry in std::fs::read_dir(root().join("crates/providers/src")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() && KNOWN.contains(&name.as_str()) {
            let files = std::fs::read_dir(entry.path()).unwrap();
            let lines = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap().lines().count()).sum();
            folders.push((lines, name));
        }
    }
    let (lines, name) = folders.iter().min().unwrap();
    format!("The smallest, `{name}`, has {lines} lines.")
}

/// The page with what stands between its marks replaced.
fn with(page: &str, mark: &str, text: &str) -> String {
    let begin = format!("<!-- {mark} -->");
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("no {begin}"));
    let (_, after) = rest.split_once("<!-- end -->").unwrap();
    format!("{before}{begin}{text}<!-- end -->{after}")
}

#[test]
fn the_page_about_vendors_says_what_the_catalogue_says() {
    let catalogue = Catalogue::load(Path::new("/nonexistent")).unwrap();
    let path = root().join("docs/PROVIDERS.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut wanted = page.clone();
    for (mark, table) in [("vendors", vendors(&catalogue)), ("tools", tools(&catalogue)), ("models", models(&catalogue))] {
        wanted = with(&wanted, mark, &format!("\n{table}"));
    }
    wanted = with(&wanted, "smallest", &smallest());
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    assert!(page == wanted || std::env::var_os("UPDATE_SNAPSHOTS").is_some(), "set UPDATE_SNAPSHOTS=1 to write docs/PROVIDERS.md anew");
    for provider in &catalogue.providers {
        assert!(wanted.contains(provider.name.get(Locale::ZhCn)), "{}", provider.id);
    }
}
