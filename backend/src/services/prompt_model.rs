//! The text model that improves and translates prompts, if the operator has set one. It is asked about a text that
//! somebody wrote and answers with a proposal; nothing is stored and nothing is charged.

use egress::Route;
use providers::openai::chat::{self, Chat, Reply};
use providers::{Account, Class, Error};
use tokio::sync::Semaphore;
use url::Url;

use crate::app::App;
use crate::config::Config;
use crate::config::address::BaseUrl;
use crate::error::{Code, Failure};
use crate::models::catalogue::PROMPT_LENGTH;
use crate::models::id::UserId;
use crate::services::ai::accounts::{Outside, Seat};
use crate::services::ai::verdict::class_name;
use crate::services::catalogue::Catalogue;
use crate::services::prompt_builder::language;

mod failure;
pub mod improve;
pub mod proposal;
pub mod translate;

/// Whose account is used when no address of its own is given.
const OPENAI: &str = "openai";
/// Questions at once in this process. One is short, so more than these wait for a vendor that does not answer.
const AT_ONCE: usize = 16;

/// The text model.
pub struct PromptModel {
    name: Option<String>,
    /// Its own account, where address or key are given for it.
    own: Option<Account>,
    room: Semaphore,
}

impl PromptModel {
    /// What the settings say of it.
    #[must_use]
    pub fn open(catalogue: &Catalogue, config: &Config, outside: &Outside) -> Self {
        let given = &config.prompt_model;
        Self { name: given.model.clone(), own: own_account(catalogue, config, outside), room: Semaphore::new(AT_ONCE) }
    }

    /// Asks its own account, else one with OpenAI.
    async fn ask(&self, app: &App, chat: &Chat<'_>) -> Result<Reply, Failure> {
        let answered = match &self.own {
            Some(account) => Some(chat::ask(account, chat).await),
            None => ask_openai(app, chat).await,
        };
        answered.ok_or(Code::PromptModelMissing)?.map_err(|error| {
            tracing::warn!(class = class_name(error.class), message = error.message, "the text model did not help");
            failure::of(&error)
        })
    }
}

/// Asks an account as the router chooses one: by turn among those that are not left alone, one with room first. A question
/// begins nothing, so where a key is of no use or full, the next is asked. `None` without an account.
async fn ask_openai(app: &App, chat: &Chat<'_>) -> Option<Result<Reply, Error>> {
    let (health, now) = (&app.accounts.health, app.clock.now());
    let mut seats = app.accounts.of(OPENAI);
    let rests = |seat: &Seat| health.is_resting(&seat.account.id, now);
    seats.sort_by_key(|seat| (rests(seat), seat.room.available_permits() == 0));
    let mut answered = None;
    for seat in seats {
        // Only for want of another.
        if answered.is_some() && rests(&seat) {
            break;
        }
        let _counted = app.accounts.count(&seat);
        let reply = chat::ask(&seat.account, chat).await;
        let class = reply.as_ref().err().map(|error| error.class);
        // Without money it makes no pictures either. A key that may not ask this model may still make them.
        if let (Err(error), Some(Class::ProviderBilling)) = (&reply, class) {
            health.failed(&seat.account.id, error, now);
        }
        answered = Some(reply);
        // A model of its own has limits of its own: that it is full says nothing of the account.
        if !matches!(class, Some(Class::Auth | Class::ProviderBilling | Class::RateLimited)) {
            break;
        }
    }
    answered
}

/// A key is sent only where it was given for: OpenAI's never to another address.
fn own_account(catalogue: &Catalogue, config: &Config, outside: &Outside) -> Option<Account> {
    let given = &config.prompt_model;
    let openai = || {
        let configured = config.providers.vendor(OPENAI).and_then(|vendor| vendor.base_url.as_ref().map(BaseUrl::as_str));
        configured.or_else(|| catalogue.providers.iter().find(|provider| provider.id == OPENAI)?.base_url.as_deref())
    };
    let address = match (&given.base_url, &given.api_key) {
        (Some(address), _) => Some(address.as_str()),
        (None, Some(_)) => openai(),
        (None, None) => None,
    };
    Some(Account {
        id: "prompt-model".to_owned(),
        base_url: Url::parse(address?).ok()?,
        key: given.api_key.clone(),
        webhook_secret: None,
        webhook_keys_url: None,
        callback: None,
        egress: outside.egress.clone(),
        route: Route::Default,
        limits: outside.limits,
    })
}

/// Whether there is a text model to ask.
#[must_use]
pub fn is_offered(app: &App) -> bool {
    let model = &app.prompt_model;
    model.name.is_some() && (model.own.is_some() || !app.accounts.of(OPENAI).is_empty())
}

/// What is asked: ours, and somebody's text.
struct Question<'a> {
    instruction: &'a str,
    text: &'a str,
}

/// Asks, and returns the words as they came.
///
/// # Errors
/// `prompt_model_*`, `too_many_attempts`, `parameter_invalid` for no text or too long a one.
async fn ask(app: &App, user: &UserId, question: Question<'_>) -> Result<String, Failure> {
    let name = app.prompt_model.name.as_deref().filter(|_| is_offered(app)).ok_or(Code::PromptModelMissing)?;
    check_text(question.text)?;
    app.throttle.prompt_user(user).await?;
    let busy = || Failure::new(Code::PromptModelBusy).retry_after(5);
    let _room = app.prompt_model.room.try_acquire().map_err(|_| busy())?;
    // As JSON the text cannot end itself and go on as something else.
    let text = serde_json::json!({ "text": question.text }).to_string();
    let chat = Chat { model: name, instruction: question.instruction, text: &text };
    let reply = app.prompt_model.ask(app, &chat).await?;
    if reply.cut { Err(Code::PromptModelUnusable.into()) } else { Ok(reply.text) }
}

fn check_text(text: &str) -> Result<(), Failure> {
    let failure = || Failure::new(Code::ParameterInvalid);
    if language::is_blank(text) {
        return Err(failure().field("prompt", "required"));
    }
    if text.chars().count() > PROMPT_LENGTH {
        return Err(failure().field("prompt", "too_long").field_with("maximum", PROMPT_LENGTH));
    }
    Ok(())
}
