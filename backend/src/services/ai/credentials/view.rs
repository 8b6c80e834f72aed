//! The vendors as the owner sees them: who they are, which accounts there are and from where, and how those fare. A key
//! goes in and never comes out.

use egress::ProxyUrl;
use providers::Secret;
use serde::Serialize;

use super::change::{applied, hint};
use super::{Secrets, Way, Wish, found, given, made_of, named_address, open, provider, table};
use crate::app::App;
use crate::config::providers::Vendor;
use crate::database::provider_credentials::CredentialRow;
use crate::error::{Code, Failure};
use crate::models::catalogue::{Market, Need, Provider};
use crate::models::id::CredentialId;
use crate::models::locale::Locale;
use crate::models::timestamp::Timestamp;
use crate::services::ai::accounts::{Given, of_settings};
use crate::services::ai::check::{self, Finding, Outcome, Place};

/// A vendor.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Provider)]
#[serde(rename_all = "camelCase")]
pub struct ProviderView {
    /// Its name in the catalogue.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where a key is made.
    pub key_page: Option<String>,
    /// What makes it usable.
    pub needs: Need,
    /// Where most people meet it.
    pub market: Market,
    /// Its usual address.
    pub base_url: Option<String>,
    /// Whether there is an account that is used.
    pub configured: bool,
    /// The accounts that the settings give, one for each key.
    pub environment: EnvironmentView,
    /// The accounts that were given here.
    pub credentials: Vec<CredentialView>,
    /// The models that it runs.
    pub models: Vec<ProviderModel>,
}

/// What the settings say of a vendor.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentView {
    /// The variable of the key.
    pub key_variable: String,
    /// The variable of the address.
    pub address_variable: String,
    /// The address, where one is set.
    pub base_url: Option<String>,
    /// Last letters of each key that is set, with the state of its account.
    pub accounts: Vec<EnvironmentAccount>,
}

/// An account that the settings give.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentAccount {
    /// What it is called.
    pub label: String,
    /// The last four letters of its key.
    pub key_hint: Option<String>,
    /// Until when it is left alone, after failures.
    pub rests_until: Option<Timestamp>,
}

/// A model of a vendor.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderModel {
    /// Stable name.
    pub id: String,
    /// Name in the reader's language.
    pub name: String,
    /// The tools that it serves.
    pub task_types: Vec<String>,
}

/// An account that was given here.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ProviderCredential)]
#[serde(rename_all = "camelCase")]
pub struct CredentialView {
    /// Its id.
    pub id: CredentialId,
    /// The owner's name for it.
    pub label: String,
    /// False when its key was sealed with another `ENCRYPTION_KEY`: it has to be given anew.
    pub readable: bool,
    /// The last four letters of the key.
    pub key_hint: Option<String>,
    /// Where the vendor is, if not at its usual place.
    pub base_url: Option<String>,
    /// Whether there is a secret for webhooks.
    pub has_webhook_secret: bool,
    /// Host and port of its proxy.
    pub proxy: Option<String>,
    /// Its share beside the vendor's other accounts.
    pub weight: i32,
    /// Requests at once, if not as many as the catalogue says.
    pub concurrency: Option<i32>,
    /// Whether it is used.
    pub enabled: bool,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// What its last test found.
    pub last_test: Option<TestView>,
    /// Until when it is left alone, after failures.
    pub rests_until: Option<Timestamp>,
}

/// What a test found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ProviderTest)]
#[serde(rename_all = "camelCase")]
pub struct TestView {
    /// Whether the account works.
    pub ok: bool,
    /// What the test comes to.
    pub outcome: Outcome,
    /// The same in the reader's language.
    pub message: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// Who answered, the vendor's own words or the technical cause, in whatever language they came.
    pub detail: Option<String>,
    /// The address at which the vendor knows the key, when that is another region's.
    pub base_url: Option<String>,
    /// When it was.
    pub tested_at: Timestamp,
}

/// All vendors of the catalogue, in its order.
///
/// # Errors
/// When the database cannot be read.
pub async fn show_all(app: &App, locale: Locale) -> Result<Vec<ProviderView>, Failure> {
    let rows = app.database.read::<_, Failure, _>(|conn| Ok(table::all(conn)?)).await?;
    let from_settings = of_settings(&app.catalogue, &app.config, &app.secrets);
    let known = app.catalogue.providers.iter().filter_map(|provider| Some((provider, app.config.providers.vendor(&provider.id)?)));
    let shown = known.map(|(provider, vendor)| {
        let credentials = rows.iter().filter(|row| row.provider == provider.id).map(|row| show(app, provider, row, locale));
        Ok(ProviderView {
            id: provider.id.clone(),
            name: provider.name.get(locale).to_owned(),
            key_page: provider.key_page.clone(),
            needs: provider.needs,
            market: provider.market,
            base_url: provider.base_url.clone(),
            configured: !app.accounts.of(&provider.id).is_empty(),
            environment: environment(app, vendor, &from_settings),
            credentials: credentials.collect::<Result<_, Failure>>()?,
            models: models_of(app, provider, locale),
        })
    });
    shown.collect()
}

fn models_of(app: &App, provider: &Provider, locale: Locale) -> Vec<ProviderModel> {
    let models = app.catalogue.models.iter().filter(|model| model.provider == provider.id);
    let shown = models.map(|model| ProviderModel {
        id: model.id.clone(),
        name: model.name.get(locale).to_owned(),
        task_types: model.task_types.clone(),
    });
    shown.collect()
}

fn environment(app: &App, vendor: &Vendor, from_settings: &[Given]) -> EnvironmentView {
    let accounts = from_settings.iter().filter(|given| given.provider == vendor.id).map(|given| EnvironmentAccount {
        label: given.label.clone(),
        key_hint: given.key.as_ref().and_then(hint),
        rests_until: app.accounts.health.rests_until(&given.id, app.clock.now()),
    });
    EnvironmentView {
        key_variable: vendor.key_variable.to_owned(),
        address_variable: vendor.address_variable.to_owned(),
        base_url: vendor.base_url.as_ref().map(|url| url.as_str().to_owned()),
        accounts: accounts.collect(),
    }
}

/// One account as the owner sees it.
///
/// # Errors
/// When the row is damaged.
pub fn show(app: &App, provider: &Provider, row: &CredentialRow, locale: Locale) -> Result<CredentialView, Failure> {
    let opened = open(&app.keyring, row);
    let readable = opened.is_ok();
    let Secrets { key, proxy, .. } = opened.unwrap_or_default();
    let last: Option<Finding> = row.last_check_result.as_deref().and_then(|text| serde_json::from_str(text).ok());
    Ok(CredentialView {
        id: row.id.parse().map_err(Failure::internal)?,
        label: row.label.clone(),
        readable,
        key_hint: key.as_ref().and_then(hint),
        base_url: row.base_url.clone(),
        has_webhook_secret: row.webhook_secret_ciphertext.is_some(),
        proxy: proxy.and_then(|proxy| ProxyUrl::parse(proxy.expose()).ok()).map(|proxy| proxy.to_string()),
        weight: row.weight,
        concurrency: row.concurrency,
        enabled: row.enabled,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
        last_test: last.zip(row.last_checked_at).map(|(finding, at)| test_view(provider, Place::Page, finding, Timestamp(at), locale)),
        rests_until: app.accounts.health.rests_until(&row.id, app.clock.now()),
    })
}

fn test_view(provider: &Provider, place: Place<'_>, finding: Finding, tested_at: Timestamp, locale: Locale) -> TestView {
    let words = finding.words(provider, place, locale);
    TestView {
        ok: finding.is_ok(),
        outcome: finding.outcome,
        message: words.message,
        advice: words.advice,
        detail: words.detail,
        base_url: finding.elsewhere,
        tested_at,
    }
}

/// Tests an account: a stored one, as it is or with another key, one that is only tried out, or else the first that the
/// settings give. What a stored one shows as it is is kept with it, and one that works again is no longer left alone.
///
/// # Errors
/// `not_found` for an unknown vendor or account, `invalid_request` when there is nothing to test, or a stored key together with
/// another way to the vendor.
pub async fn tested(app: &App, provider_id: &str, stored: Option<&str>, trial: Wish, locale: Locale) -> Result<TestView, Failure> {
    let provider = provider(app, provider_id)?;
    let in_page = stored.is_some() || trial.key.is_some() || matches!(trial.base_url, Some(Some(_)));
    let (account, way) = match stored {
        Some(id) => of_stored(app, provider, id, trial).await?,
        None => of_trial(app, provider, trial)?,
    };
    let seat = app.accounts.trial(provider, &account).ok_or_else(|| nothing("required"))?;
    let finding = check::check(provider, &seat).await;
    let now = app.clock.now();
    if finding.is_ok() {
        app.accounts.health.is_well(&account.id);
    }
    if let Some(way) = way {
        app.credentials.trials.note(way, finding.clone(), now);
    } else if let Some(id) = stored {
        let id: CredentialId = id.parse().map_err(|_| Code::NotFound)?;
        let text = serde_json::to_string(&finding).map_err(Failure::internal)?;
        app.database.write::<_, Failure, _>(move |conn| Ok(table::note_check(conn, &id, &text, now)?)).await?;
    }
    let vendor = app.config.providers.vendor(&provider.id).filter(|_| !in_page);
    let place = vendor.map_or(Place::Page, |vendor| Place::Settings(vendor.address_variable));
    Ok(test_view(provider, place, finding, now, locale))
}

/// A stored account as it is; or with another key, on the account's way to the vendor as far as none is given beside it, which
/// may lead through a proxy whose password nobody has at hand. That is a trial of both together.
async fn of_stored(app: &App, provider: &Provider, id: &str, trial: Wish) -> Result<(Given, Option<Way>), Failure> {
    let (provider_id, id) = (provider.id.clone(), id.to_owned());
    let row = app.database.read::<_, Failure, _>(move |conn| found(conn, &provider_id, &id)).await?;
    if trial.key.is_none() {
        stands_alone(&trial)?;
        return Ok((given(&app.config, &app.keyring, &row).map_err(|_| nothing("unreadable"))?, None));
    }
    // Whoever gives the key anew need not know the one before.
    let (row, secrets) = applied(row.clone(), open(&app.keyring, &row).unwrap_or_default(), trial);
    let way = Way::of(&row, &secrets);
    Ok((Given { id: trial_id(provider), ..made_of(&app.config, &row, secrets) }, Some(way)))
}

/// A stored key is tested as it is stored: what is given beside it would be taken for tested, or be told the key.
fn stands_alone(trial: &Wish) -> Result<(), Failure> {
    let beside = [("baseUrl", trial.base_url.is_some()), ("proxy", trial.proxy.is_some())];
    let Some((field, _)) = beside.into_iter().find(|(_, is_given)| *is_given) else { return Ok(()) };
    Err(Failure::new(Code::InvalidRequest).with("reason", field).field(field, "excludes").field_with("other", "credentialId"))
}

/// An account that exists only for a test.
fn of_trial(app: &App, provider: &Provider, trial: Wish) -> Result<(Given, Option<Way>), Failure> {
    let of_settings = || of_settings(&app.catalogue, &app.config, &app.secrets).into_iter().find(|given| given.provider == provider.id);
    let (base_url, proxy) = (trial.base_url.flatten(), trial.proxy.flatten());
    let way = Way::new(&provider.id, base_url.as_deref(), trial.key.as_ref(), proxy.as_ref());
    if trial.key.is_none() && base_url.is_none() && proxy.is_none() {
        return Ok((of_settings().ok_or_else(|| nothing("required"))?, Some(way)));
    }
    let account = Given {
        id: trial_id(provider),
        provider: provider.id.clone(),
        label: String::new(),
        key: trial.key,
        base_url: named_address(&app.config, &provider.id, base_url.as_deref()),
        webhook_secret: None,
        weight: 1,
        concurrency: None,
        proxy: proxy.as_ref().map(Secret::expose).and_then(|proxy| ProxyUrl::parse(proxy).ok()),
        paused: false,
    };
    Ok((account, Some(way)))
}

/// No account's: what a trial finds says nothing of those in force.
fn trial_id(provider: &Provider) -> String {
    format!("{}-trial", provider.id)
}

fn nothing(code: &'static str) -> Failure {
    Failure::new(Code::InvalidRequest).with("reason", "apiKey").field("apiKey", code)
}
