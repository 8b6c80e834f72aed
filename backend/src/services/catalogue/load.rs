//! Reading the catalogue's files. They are compiled in; a file of the same name in `DATA_DIR/catalogue` replaces one, and
//! the files of `DATA_DIR/catalogue/models/` add models, so that an operator can change it without building.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::CatalogueError;
use crate::models::catalogue::{AiModel, PROMPT_LENGTH, Parameter, ParameterKind, Provider, Style, Tool};
use crate::models::pack::Pack;

/// Graphs that are compiled in, by the names that models give them.
const WORKFLOWS: [(&str, &str); 4] = [
    ("text_to_image", include_str!("../../../../catalogue/workflows/text_to_image.json")),
    ("image_to_image", include_str!("../../../../catalogue/workflows/image_to_image.json")),
    ("inpaint", include_str!("../../../../catalogue/workflows/inpaint.json")),
    ("upscale", include_str!("../../../../catalogue/workflows/upscale.json")),
];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Tools {
    /// Parameters that several tools have.
    #[serde(default)]
    common: Vec<Parameter>,
    tool: Vec<Tool>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Models {
    #[serde(default)]
    price_version: Option<String>,
    model: Vec<AiModel>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Styles {
    style: Vec<Style>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Providers {
    provider: Vec<Provider>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Packs {
    /// None: nothing is for sale.
    #[serde(default)]
    pack: Vec<Pack>,
}

/// The tools, each with the common parameters that it names behind its own.
pub fn tools(overrides: &Path) -> Result<Vec<Tool>, CatalogueError> {
    let Tools { common, mut tool } = file(&overrides.join("tools.toml"), include_str!("../../../../catalogue/tools.toml"))?;
    for tool in &mut tool {
        let texts = tool.parameters.iter_mut().filter(|parameter| parameter.kind == ParameterKind::Text);
        texts.for_each(|text| text.max_length = text.max_length.or(Some(PROMPT_LENGTH)));
        for name in &tool.common {
            let Some(parameter) = common.iter().find(|parameter| &parameter.name == name) else {
                return Err(CatalogueError::new("tools.toml", format!("{} names {name}, which is no common parameter", tool.task_type)));
            };
            tool.parameters.push(parameter.clone());
        }
    }
    Ok(tool)
}

/// The models: those of `models.toml`, then those of each file in `models/`, which replace one of the same id.
pub fn models(overrides: &Path) -> Result<Vec<AiModel>, CatalogueError> {
    let mut models = Vec::new();
    add(&mut models, overrides, file(&overrides.join("models.toml"), include_str!("../../../../catalogue/models.toml"))?)?;
    for path in further(&overrides.join("models"))? {
        add(&mut models, overrides, file(&path, "")?)?;
    }
    Ok(models)
}

/// The styles of the embedded engine.
pub fn styles(overrides: &Path) -> Result<Vec<Style>, CatalogueError> {
    let styles: Styles = file(&overrides.join("styles.toml"), include_str!("../../../../catalogue/styles.toml"))?;
    Ok(styles.style)
}

/// The vendors.
pub fn providers(overrides: &Path) -> Result<Vec<Provider>, CatalogueError> {
    let providers: Providers = file(&overrides.join("providers.toml"), include_str!("../../../../catalogue/providers.toml"))?;
    Ok(providers.provider)
}

/// What is for sale.
pub fn packs(overrides: &Path) -> Result<Vec<Pack>, CatalogueError> {
    let packs: Packs = file(&overrides.join("packs.toml"), include_str!("../../../../catalogue/packs.toml"))?;
    Ok(packs.pack)
}

fn add(models: &mut Vec<AiModel>, overrides: &Path, file: Models) -> Result<(), CatalogueError> {
    for mut model in file.model {
        if let Some(vendor) = &mut model.vendor {
            vendor.price_version.clone_from(&file.price_version);
            let graphs = vendor.workflows.iter().map(|(task, name)| Ok((task.clone(), workflow(overrides, name)?)));
            let graphs = graphs.collect::<Result<Map<String, Value>, CatalogueError>>()?;
            if !graphs.is_empty() {
                vendor.options.insert("workflows".to_owned(), graphs.into());
            }
        }
        match models.iter_mut().find(|known| known.id == model.id) {
            Some(known) => *known = model,
            None => models.push(model),
        }
    }
    Ok(())
}

/// Files of a folder that need not exist, in the order of their names.
fn further(folder: &Path) -> Result<Vec<PathBuf>, CatalogueError> {
    let wrong = |error: std::io::Error| CatalogueError::new(folder.display(), error.to_string());
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(wrong(error)),
    };
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(wrong)?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    Ok(paths)
}

/// A graph with its slots.
fn workflow(overrides: &Path, name: &str) -> Result<Value, CatalogueError> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
        return Err(CatalogueError::new("models.toml", format!("{name:?} is no name of a workflow: letters, digits, - and _")));
    }
    let path = overrides.join("workflows").join(format!("{name}.json"));
    let built_in = WORKFLOWS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let text = read(&path, built_in)?;
    let graph: Value = serde_json::from_str(&text).map_err(|error| CatalogueError::new(path.display(), error.to_string()))?;
    if graph["graph"].is_object() && graph["slots"].is_object() {
        return Ok(graph);
    }
    Err(CatalogueError::new(path.display(), "it needs graph and slots; a workflow saved for the page is no graph in API format".to_owned()))
}

pub(super) fn file<T: DeserializeOwned>(path: &Path, built_in: &'static str) -> Result<T, CatalogueError> {
    toml::from_str(&read(path, Some(built_in))?).map_err(|error| CatalogueError::new(path.display(), error.to_string()))
}

fn read(path: &Path, built_in: Option<&'static str>) -> Result<String, CatalogueError> {
    match (std::fs::read_to_string(path), built_in) {
        (Ok(text), _) => Ok(text),
        (Err(error), Some(built_in)) if error.kind() == std::io::ErrorKind::NotFound => Ok(built_in.to_owned()),
        (Err(error), _) => Err(CatalogueError::new(path.display(), error.to_string())),
    }
}
