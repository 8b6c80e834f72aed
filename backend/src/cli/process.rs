//! `danqing process`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use engine::{Control, Engine, EngineOptions};
use image::DynamicImage;
use imaging::{Format, Limits};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value};
use ulid::Ulid;

use super::output::say;
use super::{CommandError, CommandResult, context};
use crate::messages;
use crate::models::catalogue::{AiModel, Style, Tool};
use crate::models::locale::Locale;
use crate::services::ai::{embedded, marks};
use crate::services::catalogue::{Catalogue, EMBEDDED};
use crate::services::tasks::parameters;

/// Run a tool on a picture without a server.
#[derive(Args)]
pub struct Process {
    /// The picture.
    input: PathBuf,
    /// The tool: remove_background, upscale or style_transfer.
    #[arg(long)]
    tool: String,
    /// Where to write the result; the ending chooses the format (png, jpg, webp).
    #[arg(short, long)]
    output: PathBuf,
    /// A style of the catalogue, for style_transfer.
    #[arg(long)]
    style: Option<String>,
    /// A picture whose style is borrowed, instead of --style.
    #[arg(long, conflicts_with = "style")]
    style_image: Option<PathBuf>,
    /// A parameter of the tool, such as scale=4; may be repeated.
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
}

/// Steps of the progress bar.
const STEPS: u64 = 1000;

impl Process {
    /// Runs the command.
    pub fn run(self) -> CommandResult {
        let config = context::config()?;
        let locale = config.app.terminal_locale;
        let data = &config.app.data_dir;
        let models_dir = data.join("models");
        let catalogue = Catalogue::load(&data.join("catalogue"))?;
        let tool = catalogue.tool(&self.tool).ok_or_else(|| format!("{}: no such tool", self.tool))?;
        let format = format_of(&self.output)?;
        let given = given(&self.params)?;
        let model = embedded_model(&catalogue, tool, locale)?;
        self.refuse_without_effect(tool, &given)?;
        let checked = parameters::check(&catalogue, tool, model, &given, &|pack| engine::packs::is_installed(pack, &models_dir));
        let checked = checked.map_err(|failure| context::sentence(&failure, locale))?;
        let style = self.style(&catalogue, tool)?;
        let operation = embedded::of_tool(&catalogue, tool, &checked.values, style);
        let operation = operation.map_err(|failure| context::sentence(&failure, locale))?;
        let picture = read(&self.input)?;
        let style_picture = self.style_image.as_deref().map(read).transpose()?;
        let threads = config.workers.engine_threads.map_or(0, |threads| threads as usize);
        let engine = Engine::new(EngineOptions { models_dir, threads });
        let bar = bar();
        let shown = bar.clone();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a fraction of a thousand steps")]
        let control = Control::new(Arc::default(), move |fraction| shown.set_position((f64::from(fraction) * STEPS as f64) as u64));
        let result = engine.run(&operation, &picture, style_picture.as_ref(), &control)?;
        bar.finish_and_clear();
        // The same marks as a server's results carry; a picture made here has a number of its own.
        marks::write(&result, format, tool.ai_mark, &config.app.name, Ulid::generate().to_string(), &self.output)?;
        say(format_args!("{} {}×{}", self.output.display(), result.width(), result.height()));
        Ok(())
    }

    /// Nothing is silently ignored: what this command takes in another way, or the tool does not use, is refused by
    /// name.
    fn refuse_without_effect(&self, tool: &Tool, given: &Map<String, Value>) -> CommandResult {
        if given.contains_key("styleImage") {
            return Err("styleImage: name the file with --style-image".into());
        }
        if given.contains_key("outputFormat") {
            return Err("outputFormat: the ending of the output file chooses the format".into());
        }
        for (option, is_given) in [("--style", self.style.is_some()), ("--style-image", self.style_image.is_some())] {
            if is_given && !tool.uses_styles {
                return Err(format!("{option}: {} takes no style", tool.task_type).into());
            }
        }
        Ok(())
    }

    fn style<'a>(&self, catalogue: &'a Catalogue, tool: &Tool) -> Result<Option<&'a Style>, CommandError> {
        match &self.style {
            Some(id) => catalogue.style(id).map(Some).ok_or_else(|| format!("{id}: no such style").into()),
            None if tool.uses_styles && self.style_image.is_none() => {
                let styles: Vec<&str> = catalogue.styles.iter().map(|style| style.id.as_str()).collect();
                Err(format!("--style or --style-image is needed; styles: {}", styles.join(", ")).into())
            }
            None => Ok(None),
        }
    }
}

/// Vendors are called by a server only: it knows how often and at which price.
fn embedded_model<'a>(catalogue: &'a Catalogue, tool: &Tool, locale: Locale) -> Result<&'a AiModel, CommandError> {
    let model = catalogue.models_for(&tool.task_type).find(|model| model.provider == EMBEDDED);
    model.ok_or_else(|| format!("{}: {}", tool.task_type, messages::plain(locale, "tool.no_provider")).into())
}

fn read(path: &Path) -> Result<DynamicImage, CommandError> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    imaging::decode(&bytes, &Limits::default()).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn format_of(path: &Path) -> Result<Format, CommandError> {
    match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("png") => Ok(Format::Png),
        Some("jpg" | "jpeg") => Ok(Format::Jpeg),
        Some("webp") => Ok(Format::WebP),
        _ => Err(format!("{}: the name must end in .png, .jpg or .webp", path.display()).into()),
    }
}

/// Values that read as JSON are taken so, others are text.
fn given(params: &[String]) -> Result<Map<String, Value>, CommandError> {
    let pair = |param: &String| {
        let (name, value) = param.split_once('=').ok_or_else(|| format!("{param}: write NAME=VALUE"))?;
        Ok((name.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| value.into())))
    };
    params.iter().map(pair).collect()
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {percent}% {elapsed}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(STEPS).with_style(style)
}
